package io.tharsis.transport.wire;

import org.agrona.DirectBuffer;

/**
 * Our end of a stream to another process. Thread-safe; no call waits but for the copy of another
 * one.
 */
public interface Outflow {
    /** What became of a frame. Only {@code TAKEN} took it. */
    enum Offer {
        TAKEN,
        BACK_PRESSURED,
        /** Nobody is at the other end, now. */
        NOT_CONNECTED,
        /** Over; open another one. */
        CLOSED
    }

    /**
     * Sends a frame of two parts, which arrive as one. Both buffers are free at the return.
     *
     * @throws IllegalArgumentException if it is larger than {@link #maxFrame}
     */
    Offer offer(
            DirectBuffer header,
            int headerOffset,
            int headerLength,
            DirectBuffer body,
            int bodyOffset,
            int bodyLength);

    /**
     * For {@link #offer}: the length of a frame of two parts.
     *
     * @throws IllegalArgumentException if it is larger than {@link #maxFrame}
     */
    default int checkedLength(int headerLength, int bodyLength) {
        if (headerLength < 0 || bodyLength < 0 || headerLength > maxFrame() - bodyLength) {
            throw new IllegalArgumentException(
                    "a frame here has at most "
                            + maxFrame()
                            + " bytes, this one "
                            + ((long) headerLength + bodyLength));
        }
        return headerLength + bodyLength;
    }

    /** The largest frame that it takes, in bytes; at least the lane's {@link Wire#maxFrame}. */
    int maxFrame();

    /** Whether a frame of the largest size would be taken now. */
    boolean hasRoom();

    /**
     * Whether every offer from now on answers {@code CLOSED}. One whose end nobody has offered to
     * says so all the same, soon.
     */
    boolean isClosed();

    /** Why it is {@code CLOSED}, for people; null if there is nothing to tell. */
    default String whyClosed() {
        return null;
    }

    /** Ends the stream; what was taken still arrives if the wire lives on. */
    void close();
}
