package io.tharsis.actors;

import io.tharsis.transport.Loss;

import java.util.Optional;

/**
 * The connection to another process was lost, with what was under way; the cause of a {@link
 * Signal.Terminated} for the actors there, of which some may live on: see {@link #lossCause}.
 */
public final class PeerLostException extends ActorException {
    private static final long serialVersionUID = 1;

    private final Loss.Cause lossCause;

    /**
     * @param loss null if none has become known
     */
    PeerLostException(String text, Loss loss) {
        super(text, null);
        lossCause = loss == null ? null : loss.cause();
    }

    /**
     * How the connection was lost; empty if a deadline passed without that. With {@code
     * WIRE_BROKEN}, {@code STREAM_ENDED} and {@code RECONNECTED} the other process has perhaps not
     * died at all, and may be reached again soon.
     */
    public Optional<Loss.Cause> lossCause() {
        return Optional.ofNullable(lossCause);
    }
}
