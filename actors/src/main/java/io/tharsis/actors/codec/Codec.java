package io.tharsis.actors.codec;

import java.util.List;

/**
 * Bytes of the values of one type, at least one byte each: counts of elements are checked by that.
 *
 * <p>Implementations are records where they can be, since the compiler takes their fields for
 * constants.
 */
interface Codec {
    /** The type's name, with its arguments. */
    String name();

    /** What its bytes depend on besides the name and the {@link #parts}; may be empty. */
    default String definition() {
        return "";
    }

    /** The codecs that its values are written with. */
    default List<Codec> parts() {
        return List.of();
    }

    /** Writes a value that is not null. */
    void writePresent(Encoder out, Object value);

    /** Reads what {@link #writePresent} wrote. */
    Object readPresent(Decoder in);

    /** Writes a value or null. */
    default void write(Encoder out, Object value) {
        if (value == null) {
            out.putByte((byte) 0);
        } else {
            out.putByte((byte) 1);
            writePresent(out, value);
        }
    }

    /** Reads what {@link #write} wrote. */
    default Object read(Decoder in) {
        return in.getBoolean() ? readPresent(in) : null;
    }
}
