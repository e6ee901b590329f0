package io.tharsis.transport;

import org.agrona.DirectBuffer;

/**
 * Who gets the messages of a service and hears of all links. <b>Threads: called by one at a
 * time</b>, the transport's own or one that {@linkplain io.tharsis.transport.link.Rounds#help
 * helps} it, so it must be quick and must not block. What it throws is logged; the link goes on.
 */
public interface LinkListener {
    /** The link has a connection now. Comes before its first message. */
    default void connected(Link link, Endpoint remote) {}

    /**
     * A message to this service.
     *
     * @param buffer valid during the call
     */
    void message(Link link, Endpoint remote, DirectBuffer buffer, int offset, int length);

    /**
     * There is room again, after an offer was {@code BACK_PRESSURED}. Offers may fail all the same.
     */
    default void writable(Link link) {}

    /**
     * The connection is over, or could not be made.
     *
     * @param remote who was there; null if nobody was reached since the last loss
     */
    default void lost(Link link, Endpoint remote, Loss loss) {}
}
