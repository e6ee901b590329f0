package io.tharsis.actors.codec;

/**
 * A value of a type that travels has no bytes: it is nested too deep, holds half of a surrogate
 * pair, or threw when it was read. Nothing of it was written.
 */
public sealed class EncodeException extends CodecException permits MessageTooLargeException {
    private static final long serialVersionUID = 1;

    EncodeException(String message, Throwable cause) {
        super(message, cause);
    }
}
