package io.tharsis.golden;

import io.tharsis.DType;
import io.tharsis.engine.graph.Shapes;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Locale;

/**
 * Dense row-major elements on the heap. Bits of an element are sign- or zero-extended integers, or
 * the raw bits of a float.
 */
record GoldenArray(DType dtype, long[] shape, MemorySegment segment) {
    static GoldenArray allocate(DType dtype, long... shape) {
        int bytes = Math.toIntExact(Shapes.size(shape) * dtype.byteSize());
        return new GoldenArray(
                dtype,
                shape,
                MemorySegment.ofArray(new long[Math.ceilDiv(bytes, 8)]).asSlice(0, bytes));
    }

    int size() {
        return Math.toIntExact(Shapes.size(shape));
    }

    long bits(long index) {
        return switch (dtype) {
            case BOOL, INT8 -> segment.get(ValueLayout.JAVA_BYTE, index);
            case UINT8 -> segment.get(ValueLayout.JAVA_BYTE, index) & 0xFF;
            case INT16 -> segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * index);
            case UINT16 -> segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * index) & 0xFFFF;
            case INT32, FLOAT32 -> segment.get(ValueLayout.JAVA_INT_UNALIGNED, 4 * index);
            case UINT32 -> segment.get(ValueLayout.JAVA_INT_UNALIGNED, 4 * index) & 0xFFFFFFFFL;
            case INT64, UINT64, FLOAT64 -> segment.get(ValueLayout.JAVA_LONG_UNALIGNED, 8 * index);
        };
    }

    /** A float element, or an integer one rounded to a double. */
    double number(long index) {
        long bits = bits(index);
        return switch (dtype) {
            case FLOAT32 -> Float.intBitsToFloat((int) bits);
            case FLOAT64 -> Double.longBitsToDouble(bits);
            case UINT64 -> Double.parseDouble(Long.toUnsignedString(bits));
            default -> bits;
        };
    }

    String text(long index) {
        long bits = bits(index);
        return switch (dtype) {
            case FLOAT32 -> Float.toString(Float.intBitsToFloat((int) bits));
            case FLOAT64 -> Double.toString(Double.longBitsToDouble(bits));
            case UINT64 -> Long.toUnsignedString(bits);
            default -> Long.toString(bits);
        };
    }

    /**
     * The elements at {@code indices}, numbers in row-major order, as an array of another shape.
     */
    GoldenArray pick(long[] indices, long... newShape) {
        GoldenArray result = allocate(dtype, newShape);
        int width = dtype.byteSize();
        for (int i = 0; i < indices.length; i++) {
            MemorySegment.copy(
                    segment, indices[i] * width, result.segment, (long) i * width, width);
        }
        return result;
    }

    /** True if dtype, shape and elements agree in all bits, NaN being one value. */
    boolean sameBits(GoldenArray other) {
        if (dtype != other.dtype || !Arrays.equals(shape, other.shape)) {
            return false;
        }
        for (int i = 0; i < size(); i++) {
            if (!sameBits(other, i)) {
                return false;
            }
        }
        return true;
    }

    boolean sameBits(GoldenArray other, long index) {
        return bits(index) == other.bits(index)
                || dtype.isFloat()
                        && Double.isNaN(number(index))
                        && Double.isNaN(other.number(index));
    }

    String header() {
        return dtype + Shapes.text(shape);
    }

    /** Dtype, shape and the first elements. */
    @Override
    public String toString() {
        var text = new StringBuilder(header());
        for (int i = 0; i < Math.min(size(), 12); i++) {
            text.append(' ').append(text(i));
        }
        return text.append(size() > 12 ? " ..." : "").toString();
    }

    static DType dtype(String numpyName) {
        return DType.valueOf(numpyName.toUpperCase(Locale.ROOT));
    }
}
