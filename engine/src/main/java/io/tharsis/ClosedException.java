package io.tharsis;

/** A tensor or a session was used, or closed again, after it was closed. */
public class ClosedException extends TharsisException {
    private static final long serialVersionUID = 1L;

    public ClosedException(String message) {
        super(message);
    }
}
