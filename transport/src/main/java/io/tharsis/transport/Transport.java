package io.tharsis.transport;

import java.util.List;

/**
 * Messages between processes: an endpoint that others reach at its address, and links to theirs.
 *
 * <p>Thread-safe.
 */
public interface Transport extends AutoCloseable {
    /** The longest message, in bytes; longer ones travel as bulk. */
    int MAX_MESSAGE = 126 * 1024;

    /** The greatest number of a service. */
    int MAX_SERVICE = 7;

    /** Our address, and which life this is. */
    Endpoint self();

    /**
     * The link to an address; the first call makes it and starts to connect, and goes on trying
     * until it is closed.
     *
     * @throws IllegalStateException if the transport is closed
     * @throws IllegalArgumentException if it is our own address
     */
    Link link(Address to);

    /** The links there are, also those that others made. */
    List<Link> links();

    /**
     * Has messages to a service given to {@code listener}, and tells it of links from now on.
     * Before the first listener, and the first {@link #link}, nobody is let in. Actors have service
     * 0 and bulk has 7; the others are free.
     *
     * @throws IllegalStateException if the service has a listener
     */
    void register(int service, LinkListener listener);

    /** What was counted until now. */
    TransportStats stats();

    /** Says good-bye on every link and gives everything back. No effect the second time. */
    @Override
    void close();
}
