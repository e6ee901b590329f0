package io.tharsis.actors;

/** The parent of what this package throws. */
public class ActorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ActorException(String message, Throwable cause) {
        super(message, cause);
    }
}
