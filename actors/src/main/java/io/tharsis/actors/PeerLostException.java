package io.tharsis.actors;

/**
 * The connection to another process was lost, with what was under way; the cause of a {@link
 * Signal.Terminated} for the actors there.
 */
public final class PeerLostException extends ActorException {
    private static final long serialVersionUID = 1;

    PeerLostException(String text) {
        super(text, null);
    }
}
