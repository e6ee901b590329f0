package io.tharsis.actors.codec;

/**
 * Bytes of a type that the layer above knows how to carry: a reference to an actor. Values of the
 * type, and fields declared as it, then travel; type arguments of such a field are not looked at.
 *
 * <p>Thread-safe. What it throws becomes an {@link EncodeException} or a {@link DecodeException}.
 *
 * @param <R> the type
 */
public interface RefCodec<R> {
    /** The declared type of fields; a value may be of a class below it. */
    Class<R> type();

    /**
     * Writes {@code ref}, at least one byte.
     *
     * @param ref not null
     */
    void write(R ref, Encoder out);

    /** Reads what {@link #write} wrote, exactly. */
    R read(Decoder in);
}
