package io.tharsis.transport.wire;

import org.agrona.DirectBuffer;

/** Gets frames that have come in. */
@FunctionalInterface
public interface FrameHandler {
    /**
     * A whole frame.
     *
     * @param inflow the stream that it came on, for {@link Wire#reject}
     * @param buffer valid during the call, to be read only
     */
    void onFrame(Lane lane, long inflow, DirectBuffer buffer, int offset, int length);
}
