package io.tharsis.engine.npy;

import io.tharsis.DType;

import java.nio.ByteOrder;
import java.util.Map;

/** NumPy's type strings, such as {@code <f8}. */
final class NpyTypes {
    private static final Map<String, DType> BY_CODE =
            Map.ofEntries(
                    Map.entry("b1", DType.BOOL),
                    Map.entry("?", DType.BOOL),
                    Map.entry("i1", DType.INT8),
                    Map.entry("i2", DType.INT16),
                    Map.entry("i4", DType.INT32),
                    Map.entry("i8", DType.INT64),
                    Map.entry("u1", DType.UINT8),
                    Map.entry("u2", DType.UINT16),
                    Map.entry("u4", DType.UINT32),
                    Map.entry("u8", DType.UINT64),
                    Map.entry("f4", DType.FLOAT32),
                    Map.entry("f8", DType.FLOAT64));

    private static final String SUPPORTED =
            "supported are bool, int8 to int64, uint8 to uint64, float32 and float64 (convert with"
                    + " astype in NumPy and save again)";

    private NpyTypes() {}

    /** A dtype and the byte order of its elements in the file; false for single bytes. */
    record StoredType(DType dtype, boolean bigEndian) {}

    static StoredType parse(String descr, String source) {
        boolean hasOrder = !descr.isEmpty() && "<>=|".indexOf(descr.charAt(0)) >= 0;
        String code = hasOrder ? descr.substring(1) : descr;
        DType dtype = BY_CODE.get(code);
        if (dtype == null) {
            throw refused(descr, code, source);
        }
        boolean native_ = !hasOrder || descr.charAt(0) == '=' || descr.charAt(0) == '|';
        boolean bigEndian =
                native_ ? ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN : descr.charAt(0) == '>';
        return new StoredType(dtype, bigEndian && dtype.byteSize() > 1);
    }

    /** The type string that NumPy itself writes for little-endian data. */
    static String descr(DType dtype, boolean bigEndian) {
        String order = dtype.byteSize() == 1 ? "|" : bigEndian ? ">" : "<";
        char kind =
                switch (dtype.kind()) {
                    case BOOL -> 'b';
                    case SIGNED -> 'i';
                    case UNSIGNED -> 'u';
                    case FLOAT -> 'f';
                };
        return order + kind + dtype.byteSize();
    }

    static NpyFormatException structured(String source) {
        return new NpyFormatException(
                source, "holds a structured dtype (records with named fields); " + SUPPORTED);
    }

    private static NpyFormatException refused(String descr, String code, String source) {
        String name = code.isEmpty() ? "an empty type string" : name(code);
        return new NpyFormatException(
                source, "holds " + name + " (type string '" + descr + "'); " + SUPPORTED);
    }

    private static String name(String code) {
        String size = code.substring(1);
        return switch (code.charAt(0)) {
            case 'O' ->
                    "pickled Python objects, which are never read because unpickling can run any"
                            + " code";
            case 'c' -> "complex numbers";
            case 'M' -> "datetime64 values";
            case 'm' -> "timedelta64 values";
            case 'f' ->
                    switch (size) {
                        case "2" -> "float16 values";
                        case "12", "16" -> "long double values";
                        default -> "floats of an unknown size";
                    };
            case 'S', 'a' -> "byte strings";
            case 'U' -> "text strings";
            case 'T' -> "variable-length text strings";
            case 'V' -> "raw void bytes (perhaps float8 or bfloat16 of an extension)";
            default -> "an unknown dtype";
        };
    }
}
