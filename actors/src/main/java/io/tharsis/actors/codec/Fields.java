package io.tharsis.actors.codec;

/**
 * Spreads a record into bytes and gathers it from them. {@link FieldsWriter} generates a class of
 * it for each record.
 */
abstract class Fields {
    /** Writes the components in order. */
    abstract void write(Encoder out, Object record) throws Throwable;

    /** Reads them and calls the canonical constructor. */
    abstract Object read(Decoder in) throws Throwable;
}
