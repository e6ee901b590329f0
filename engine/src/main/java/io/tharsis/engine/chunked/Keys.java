package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.tharsis.DType;

import java.lang.foreign.MemorySegment;

/**
 * Sort keys: a signed long for each element, in NumPy's order of the elements.
 *
 * <p>Integers are themselves (uint32 and uint64 with the top bit flipped); floats are their bits
 * with the magnitude of negative numbers flipped; every NaN is {@link #nan}, above infinity. So
 * -0.0 has key -1, just below the 0 of 0.0; {@link #canonical} makes them equal, as comparison
 * wants. Keys of dtypes of up to four bytes fit an int.
 */
final class Keys {
    private static final long FLIP_LONG = Long.MIN_VALUE;
    private static final int FLIP_INT = Integer.MIN_VALUE;

    private Keys() {}

    /**
     * The key of every NaN; for dtypes without NaN, a value no key reaches or one that means
     * nothing.
     */
    static long nan(DType dtype) {
        return dtype == DType.FLOAT32 ? Integer.MAX_VALUE : Long.MAX_VALUE;
    }

    /** True if {@code key} is a NaN's. */
    static boolean isNan(DType dtype, long key) {
        return dtype.isFloat() && key == nan(dtype);
    }

    static long ofDouble(double value) {
        long bits = Double.doubleToRawLongBits(value);
        return Double.isNaN(value) ? Long.MAX_VALUE : bits ^ ((bits >> 63) & Long.MAX_VALUE);
    }

    static int ofFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.isNaN(value) ? Integer.MAX_VALUE : bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    }

    /** The key with which -0.0 and 0.0 are equal. */
    static long canonical(DType dtype, long key) {
        return key == -1 && dtype.isFloat() ? 0 : key;
    }

    /** {@link #canonical} of {@code count} keys in place. */
    static void canonicalise(DType dtype, long[] keys, int from, int count) {
        if (dtype.isFloat()) {
            for (int i = from; i < from + count; i++) {
                keys[i] = keys[i] == -1 ? 0 : keys[i];
            }
        }
    }

    /** The element with this key as a double; 64-bit integers round to nearest. */
    static double toDouble(DType dtype, long key) {
        return switch (dtype) {
            case FLOAT64 ->
                    Double.longBitsToDouble(
                            key == Long.MAX_VALUE
                                    ? NAN_BITS
                                    : key ^ ((key >> 63) & Long.MAX_VALUE));
            case FLOAT32 -> toFloat(key);
            case UINT64 -> unsignedToDouble(key ^ FLIP_LONG);
            case UINT32 -> (double) (key - FLIP_INT);
            default -> (double) key;
        };
    }

    private static final long NAN_BITS = Double.doubleToRawLongBits(Double.NaN);

    /** A float32 element from its key. */
    static float toFloat(long key) {
        int bits = (int) key;
        return bits == Integer.MAX_VALUE
                ? Float.NaN
                : Float.intBitsToFloat(bits ^ ((bits >> 31) & Integer.MAX_VALUE));
    }

    static double unsignedToDouble(long bits) {
        // for the upper half: halve with a sticky low bit, convert, double
        return bits >= 0 ? (double) bits : (double) ((bits >>> 1) | (bits & 1)) * 2;
    }

    /** The key of one element. */
    static long at(DType dtype, MemorySegment segment, long index) {
        return switch (dtype) {
            case BOOL -> segment.get(JAVA_BYTE, index) == 0 ? 0 : 1;
            case INT8 -> segment.get(JAVA_BYTE, index);
            case UINT8 -> segment.get(JAVA_BYTE, index) & 0xFF;
            case INT16 -> segment.getAtIndex(JAVA_SHORT, index);
            case UINT16 -> segment.getAtIndex(JAVA_SHORT, index) & 0xFFFF;
            case INT32 -> segment.getAtIndex(JAVA_INT, index);
            case UINT32 -> segment.getAtIndex(JAVA_INT, index) ^ FLIP_INT;
            case FLOAT32 -> ofFloat(Float.intBitsToFloat(segment.getAtIndex(JAVA_INT, index)));
            case INT64 -> segment.getAtIndex(JAVA_LONG, index);
            case UINT64 -> segment.getAtIndex(JAVA_LONG, index) ^ FLIP_LONG;
            case FLOAT64 -> ofDouble(Double.longBitsToDouble(segment.getAtIndex(JAVA_LONG, index)));
        };
    }

    /**
     * The keys of elements {@code index, index + step, ...}.
     *
     * @param target gets key i at {@code at + i * targetStep}
     */
    static void load(
            DType dtype,
            MemorySegment segment,
            long index,
            long step,
            int count,
            long[] target,
            int at,
            int targetStep) {
        switch (dtype) {
            case BOOL -> {
                for (int i = 0; i < count; i++) {
                    target[at + i * targetStep] =
                            segment.get(JAVA_BYTE, index + i * step) == 0 ? 0 : 1;
                }
            }
            case INT8 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i * targetStep] = segment.get(JAVA_BYTE, index + i * step);
                }
            }
            case UINT8 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i * targetStep] = segment.get(JAVA_BYTE, index + i * step) & 0xFF;
                }
            }
            case INT16 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i * targetStep] = segment.getAtIndex(JAVA_SHORT, index + i * step);
                }
            }
            case UINT16 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i * targetStep] =
                            segment.getAtIndex(JAVA_SHORT, index + i * step) & 0xFFFF;
                }
            }
            case INT32 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i * targetStep] = segment.getAtIndex(JAVA_INT, index + i * step);
                }
            }
            case UINT32 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i * targetStep] =
                            segment.getAtIndex(JAVA_INT, index + i * step) ^ FLIP_INT;
                }
            }
            case FLOAT32 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i * targetStep] =
                            ofFloat(
                                    Float.intBitsToFloat(
                                            segment.getAtIndex(JAVA_INT, index + i * step)));
                }
            }
            case INT64 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i * targetStep] = segment.getAtIndex(JAVA_LONG, index + i * step);
                }
            }
            case UINT64 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i * targetStep] =
                            segment.getAtIndex(JAVA_LONG, index + i * step) ^ FLIP_LONG;
                }
            }
            case FLOAT64 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i * targetStep] =
                            ofDouble(
                                    Double.longBitsToDouble(
                                            segment.getAtIndex(JAVA_LONG, index + i * step)));
                }
            }
        }
    }

    /** The key of zero. */
    static long zero(DType dtype) {
        return switch (dtype) {
            case UINT32 -> FLIP_INT;
            case UINT64 -> FLIP_LONG;
            default -> 0;
        };
    }

    /**
     * The inverse of {@link #load}: writes the elements of {@code count} keys; every NaN becomes
     * the quiet one.
     */
    static void store(
            DType dtype,
            long[] keys,
            int at,
            int keyStep,
            int count,
            MemorySegment segment,
            long index,
            long step) {
        switch (dtype) {
            case BOOL, INT8, UINT8 -> {
                for (int i = 0; i < count; i++) {
                    segment.set(JAVA_BYTE, index + i * step, (byte) keys[at + i * keyStep]);
                }
            }
            case INT16, UINT16 -> {
                for (int i = 0; i < count; i++) {
                    segment.setAtIndex(
                            JAVA_SHORT, index + i * step, (short) keys[at + i * keyStep]);
                }
            }
            case INT32 -> {
                for (int i = 0; i < count; i++) {
                    segment.setAtIndex(JAVA_INT, index + i * step, (int) keys[at + i * keyStep]);
                }
            }
            case UINT32 -> {
                for (int i = 0; i < count; i++) {
                    segment.setAtIndex(
                            JAVA_INT, index + i * step, (int) keys[at + i * keyStep] ^ FLIP_INT);
                }
            }
            case FLOAT32 -> {
                for (int i = 0; i < count; i++) {
                    float value = toFloat(keys[at + i * keyStep]);
                    segment.setAtIndex(JAVA_INT, index + i * step, Float.floatToRawIntBits(value));
                }
            }
            case INT64 -> {
                for (int i = 0; i < count; i++) {
                    segment.setAtIndex(JAVA_LONG, index + i * step, keys[at + i * keyStep]);
                }
            }
            case UINT64 -> {
                for (int i = 0; i < count; i++) {
                    segment.setAtIndex(
                            JAVA_LONG, index + i * step, keys[at + i * keyStep] ^ FLIP_LONG);
                }
            }
            case FLOAT64 -> {
                for (int i = 0; i < count; i++) {
                    long key = keys[at + i * keyStep];
                    long bits =
                            key == Long.MAX_VALUE ? NAN_BITS : key ^ ((key >> 63) & Long.MAX_VALUE);
                    segment.setAtIndex(JAVA_LONG, index + i * step, bits);
                }
            }
        }
    }
}
