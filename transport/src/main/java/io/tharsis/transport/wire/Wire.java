package io.tharsis.transport.wire;

import io.tharsis.transport.Address;

/**
 * What carries frames between processes: one-way streams, each ordered, each frame at most once. A
 * stream may end at any time, with frames lost at its end but never in its middle; several streams
 * between the same two know nothing of each other's order, and frames of a stream opened long ago,
 * by a process that is gone, may still come in. Connections are made of this by {@code
 * LinkTransport}.
 *
 * <p><b>Threads: one at a time</b>, but for what {@link Outflow} says.
 */
public interface Wire extends AutoCloseable {
    /** The largest frame that every outflow of a lane takes, header included, in bytes. */
    int maxFrame(Lane lane);

    /**
     * Opens a stream to whoever is at {@code to}. Never blocks and does not fail when nobody is
     * there: the outflow answers {@code NOT_CONNECTED} until somebody is. While the wire is broken
     * it is {@code CLOSED}.
     */
    Outflow open(Address to, Lane lane);

    /**
     * Gives frames that have come in to {@code handler}.
     *
     * @param limit how many frames at most, about
     * @return how many there were
     */
    int poll(FrameHandler handler, int limit);

    /** Ends an inflow that brought what is not a frame; its sender's stream ends too. */
    void reject(long inflow, String reason);

    /**
     * Keeps the wire alive; called in every round. A wire that has broken starts to build itself
     * anew, waiting between attempts; meanwhile it answers the reason. It may block as long as it
     * is broken. All outflows of before are closed then.
     *
     * @param nowNs the transport's clock
     * @return null if all is well, else why it is broken
     */
    String maintain(long nowNs);

    @Override
    void close();
}
