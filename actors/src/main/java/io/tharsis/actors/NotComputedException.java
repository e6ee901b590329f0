package io.tharsis.actors;

/** Work was given to be computed and has not begun, and will not: the system has closed. */
public final class NotComputedException extends ActorException {
    private static final long serialVersionUID = 1;

    NotComputedException(String message) {
        super(message, null);
    }
}
