package io.tharsis.engine.print;

import io.tharsis.DType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongFunction;

/** Writes elements of one array, padded to a common width where NumPy does. */
interface ElementText {
    /** Element {@code index}. */
    String text(long index);

    /**
     * @param values dense elements; their extremes choose width and notation
     * @param alone true for a tensor of rank 0, which is not padded
     */
    static ElementText of(DType dtype, MemorySegment values, boolean alone) {
        long count = values.byteSize() / dtype.byteSize();
        if (dtype.isFloat()) {
            FloatDigits[] digits = new FloatDigits[(int) count];
            for (int i = 0; i < count; i++) {
                digits[i] =
                        dtype == DType.FLOAT32
                                ? FloatDigits.of(
                                        values.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i))
                                : FloatDigits.of(
                                        values.getAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i));
            }
            int significant = dtype == DType.FLOAT32 ? 6 : 15;
            double limit = dtype == DType.FLOAT32 ? 1e6 : 1e16;
            return alone
                    ? index -> digits[(int) index].repr(limit)
                    : new FloatText(digits, Math.min(8, significant));
        }
        LongFunction<String> plain = plain(dtype, values);
        if (alone) {
            return plain::apply;
        }
        int width = dtype == DType.BOOL ? 5 : 0;
        for (long i = 0; i < count; i++) {
            width = Math.max(width, plain.apply(i).length());
        }
        int common = width;
        return index -> pad(plain.apply(index), common);
    }

    private static LongFunction<String> plain(DType dtype, MemorySegment values) {
        return switch (dtype) {
            case BOOL -> i -> values.get(ValueLayout.JAVA_BYTE, i) != 0 ? "True" : "False";
            case INT8 -> i -> Byte.toString(values.get(ValueLayout.JAVA_BYTE, i));
            case UINT8 ->
                    i -> Integer.toString(Byte.toUnsignedInt(values.get(ValueLayout.JAVA_BYTE, i)));
            case INT16 ->
                    i -> Short.toString(values.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i));
            case UINT16 ->
                    i ->
                            Integer.toString(
                                    Short.toUnsignedInt(
                                            values.getAtIndex(
                                                    ValueLayout.JAVA_SHORT_UNALIGNED, i)));
            case INT32 ->
                    i -> Integer.toString(values.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i));
            case UINT32 ->
                    i ->
                            Integer.toUnsignedString(
                                    values.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i));
            case INT64 -> i -> Long.toString(values.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i));
            case UINT64 ->
                    i ->
                            Long.toUnsignedString(
                                    values.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i));
            case FLOAT32, FLOAT64 ->
                    throw new IllegalArgumentException("floats have digits of their own");
        };
    }

    /** {@code text} right-aligned in {@code width}. */
    static String pad(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
