package io.tharsis.actors.codec;

/**
 * Bytes are not a message that this process understands: malformed, cut off, of a class that is not
 * registered here, or refused by the constructor of a record.
 */
public sealed class DecodeException extends CodecException permits VersionMismatchException {
    private static final long serialVersionUID = 1;

    /** For a {@link RefCodec} that finds what it reads malformed. */
    public DecodeException(String message) {
        super(message, null);
    }

    DecodeException(String message, Throwable cause) {
        super(message, cause);
    }
}
