package io.tharsis;

/**
 * The root of every error Tharsis throws on purpose. The message names both sides of what went
 * wrong (shapes, dtypes, files) and, where there is one, the remedy.
 */
public class TharsisException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TharsisException(String message) {
        super(message);
    }

    public TharsisException(String message, Throwable cause) {
        super(message, cause);
    }
}
