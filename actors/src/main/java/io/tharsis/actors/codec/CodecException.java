package io.tharsis.actors.codec;

/** The parent of what this package throws. */
public abstract sealed class CodecException extends RuntimeException
        permits NotTransferableException, EncodeException, DecodeException {
    private static final long serialVersionUID = 1;

    CodecException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What {@code thrown}, of somebody else's code, says of itself, or its class. */
    static String text(Throwable thrown) {
        try {
            return thrown.toString();
        } catch (Throwable _) {
            return thrown.getClass().getName();
        }
    }
}
