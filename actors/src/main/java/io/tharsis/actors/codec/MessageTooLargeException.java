package io.tharsis.actors.codec;

/** A message has more bytes than may travel at once. Nothing of it was written. */
public final class MessageTooLargeException extends EncodeException {
    private static final long serialVersionUID = 1;

    private final Class<?> type;
    private final long byteSize;
    private final int limit;

    MessageTooLargeException(Class<?> type, long byteSize, int limit) {
        super(
                (type == null ? "a message" : type.getName())
                        + " comes to "
                        + byteSize
                        + " bytes or more, but at most "
                        + limit
                        + " travel at once",
                null);
        this.type = type;
        this.byteSize = byteSize;
        this.limit = limit;
    }

    /** The class of the message; null if the encoder was written to by hand. */
    public Class<?> type() {
        return type;
    }

    /** How many bytes it came to when it was given up. */
    public long byteSize() {
        return byteSize;
    }

    /** How many there may be. */
    public int limit() {
        return limit;
    }
}
