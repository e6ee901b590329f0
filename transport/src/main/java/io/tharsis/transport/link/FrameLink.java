package io.tharsis.transport.link;

import io.tharsis.transport.Link;
import io.tharsis.transport.Loss;
import io.tharsis.transport.Sent;
import io.tharsis.transport.wire.Lane;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** A link for those that know of lanes; every link of a {@link LinkTransport} is one. */
public interface FrameLink extends Link {
    /**
     * As {@link Link#offer}, on a lane. Two lanes know nothing of each other's order.
     *
     * @param length {@link #maxBody} of the lane at most
     */
    Sent offer(Lane lane, int service, DirectBuffer body, int offset, int length);

    /**
     * As above, with a body in two parts.
     *
     * @param head the first {@link FrameDescriptor#HEADER_LENGTH} bytes are overwritten; the body
     *     begins after them
     * @param headLength both together
     */
    Sent offer(
            Lane lane,
            int service,
            MutableDirectBuffer head,
            int headLength,
            DirectBuffer body,
            int offset,
            int length);

    /**
     * Ends the connection, since the other side sent a body that its service cannot read.
     * <b>Threads: the transport's own alone.</b>
     */
    void reject(String fault);

    /** The most that a frame of a lane holds now, in bytes; 0 while there is no connection. */
    int maxBody(Lane lane);

    /** Whether a frame of the largest size would be taken now. */
    boolean hasRoom(Lane lane);

    /**
     * How the stream of {@link Lane#BULK} ended last under this connection, each time another
     * object; null if it has not. Frames that it had taken may be lost, while the connection and
     * its messages go on. Offers to it have it opened anew, after a pause; until then they answer
     * {@code NOT_CONNECTED}.
     */
    Loss bulkLoss();
}
