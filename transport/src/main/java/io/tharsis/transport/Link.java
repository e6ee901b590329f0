package io.tharsis.transport;

import org.agrona.DirectBuffer;

/**
 * The way to one other process, for all that talk to it. Messages of one thread arrive in the order
 * they were sent, each at most once; what was sent before a loss arrives before it is noticed, or
 * never.
 *
 * <p>Thread-safe.
 */
public interface Link {
    /** Whom it leads to. */
    Address remote();

    /** What it is at now. */
    LinkState state();

    /**
     * Sends a message. Never blocks; the buffer is free again at the return.
     *
     * @param service who gets it there, 0 to {@link Transport#MAX_SERVICE}
     * @throws IllegalArgumentException if it is longer than {@link Transport#MAX_MESSAGE}
     */
    Sent offer(int service, DirectBuffer message, int offset, int length);

    /**
     * Says good-bye and forgets the link. The other side hears {@code CLOSED_BY_PEER}, our
     * listeners {@code CLOSED_HERE}. No effect the second time.
     */
    void close();
}
