/**
 * What travels between processes: the bytes of a message, and which types may be one.
 *
 * <p>{@link io.tharsis.actors.codec.MessageCodecs} takes the classes of messages, refuses at once
 * what cannot travel, and then turns values to bytes in an {@link io.tharsis.actors.codec.Encoder}
 * and back from a {@link io.tharsis.actors.codec.Decoder}. What the layer above puts into messages
 * by its own rules, such as references to actors, comes in by a {@link
 * io.tharsis.actors.codec.RefCodec}.
 *
 * <p>Inside, a {@code Shape} is a type whose arguments are known; the {@code Resolver} finds the
 * {@code Codec} of one, walking through fields; {@code FieldsWriter} generates the class that
 * spreads and gathers a record. {@code AnyCodec} puts in front of a value what it is.
 *
 * <p>The bytes, all little-endian. A boolean is 0 or 1, a char two bytes. A string is its length in
 * bytes (int, -1 for null) and strict UTF-8. Any other field that may be null starts with 0 for
 * null or 1, which is followed by: the number, for a box; the ordinal (short), for an enum; the
 * fields in order, for a record; the index (short) of the record's class by name and its fields,
 * for a sealed interface; seconds (long) and nanoseconds (int), for Duration and Instant; the count
 * (int) and the elements, for a list, set, map or array of primitives; the value or null, for an
 * Optional; size (long) and bytes, for a memory segment. A value by itself has one byte in front
 * that says what it is ({@code AnyCodec}), and where that is a registered class, its id and
 * fingerprint (a long each).
 *
 * <p>To add a type that travels, write a {@code Codec} of it, enter it in {@code PlainCodecs} or,
 * where it has type arguments, in {@code Resolver}; give it a tag in {@code AnyCodec}; test it in
 * {@code RoundTripTest} and add it to the messages of {@code FuzzTest}.
 */
package io.tharsis.actors.codec;
