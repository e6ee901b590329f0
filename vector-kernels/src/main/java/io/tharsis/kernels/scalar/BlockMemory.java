package io.tharsis.kernels.scalar;

import io.tharsis.kernels.ir.Format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Moves blocks between segments and registers. Only bulk copies touch a segment, since single
 * accesses cost microseconds each until compiled; array loops widen and narrow.
 */
final class BlockMemory {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

    // Ordinals of Format, so that a block costs one table switch and no class of an enum switch is
    // loaded while cold.
    private static final int BOOL = 0;
    private static final int I8 = 1;
    private static final int I16 = 2;
    private static final int I32 = 3;
    private static final int I64 = 4;
    private static final int U8 = 5;
    private static final int U16 = 6;
    private static final int U32 = 7;
    private static final int U64 = 8;
    private static final int F32 = 9;
    private static final int F64 = 10;

    private static final int[] BYTE_SIZES = byteSizes();

    private BlockMemory() {}

    private static int[] byteSizes() {
        Format[] formats = Format.values();
        int[] sizes = new int[formats.length];
        for (Format format : formats) {
            sizes[format.ordinal()] = format.byteSize();
        }
        return sizes;
    }

    static int byteSize(int format) {
        return BYTE_SIZES[format];
    }

    static void load(
            int format, MemorySegment from, long byteOffset, Registers r, int register, int n) {
        switch (format) {
            case F64 -> MemorySegment.copy(from, DOUBLE, byteOffset, r.f64[register], 0, n);
            case F32 -> MemorySegment.copy(from, FLOAT, byteOffset, r.f32[register], 0, n);
            case I64, U64 -> MemorySegment.copy(from, LONG, byteOffset, r.i64[register], 0, n);
            case I32 -> MemorySegment.copy(from, INT, byteOffset, r.i32[register], 0, n);
            case U32 -> {
                MemorySegment.copy(from, INT, byteOffset, r.ints, 0, n);
                zeroExtend(r.ints, r.i64[register], n);
            }
            case I16 -> {
                MemorySegment.copy(from, SHORT, byteOffset, r.shorts, 0, n);
                signExtend(r.shorts, r.i32[register], n);
            }
            case U16 -> {
                MemorySegment.copy(from, SHORT, byteOffset, r.shorts, 0, n);
                zeroExtend(r.shorts, r.i32[register], n);
            }
            case I8 -> {
                MemorySegment.copy(from, BYTE, byteOffset, r.bytes, 0, n);
                signExtend(r.bytes, r.i32[register], n);
            }
            case U8 -> {
                MemorySegment.copy(from, BYTE, byteOffset, r.bytes, 0, n);
                zeroExtend(r.bytes, r.i32[register], n);
            }
            case BOOL -> {
                MemorySegment.copy(from, BYTE, byteOffset, r.bytes, 0, n);
                isNotZero(r.bytes, r.mask[register], n);
            }
            default -> throw new IllegalStateException("no format " + format);
        }
    }

    static void store(
            int format, Registers r, int register, MemorySegment to, long byteOffset, int n) {
        switch (format) {
            case F64 -> MemorySegment.copy(r.f64[register], 0, to, DOUBLE, byteOffset, n);
            case F32 -> MemorySegment.copy(r.f32[register], 0, to, FLOAT, byteOffset, n);
            case I64, U64 -> MemorySegment.copy(r.i64[register], 0, to, LONG, byteOffset, n);
            case I32 -> MemorySegment.copy(r.i32[register], 0, to, INT, byteOffset, n);
            case U32 -> {
                truncate(r.i64[register], r.ints, n);
                MemorySegment.copy(r.ints, 0, to, INT, byteOffset, n);
            }
            case I16, U16 -> {
                truncate(r.i32[register], r.shorts, n);
                MemorySegment.copy(r.shorts, 0, to, SHORT, byteOffset, n);
            }
            case I8, U8 -> {
                truncate(r.i32[register], r.bytes, n);
                MemorySegment.copy(r.bytes, 0, to, BYTE, byteOffset, n);
            }
            case BOOL -> {
                toBytes(r.mask[register], r.bytes, n);
                MemorySegment.copy(r.bytes, 0, to, BYTE, byteOffset, n);
            }
            default -> throw new IllegalStateException("no format " + format);
        }
    }

    /** The bits of the lane value of one element. */
    static long loadOne(int format, MemorySegment from, long byteOffset, Registers r) {
        switch (format) {
            case F64, I64, U64 -> MemorySegment.copy(from, LONG, byteOffset, r.words[0], 0, 1);
            case F32, I32, U32 -> MemorySegment.copy(from, INT, byteOffset, r.ints, 0, 1);
            case I16, U16 -> MemorySegment.copy(from, SHORT, byteOffset, r.shorts, 0, 1);
            default -> MemorySegment.copy(from, BYTE, byteOffset, r.bytes, 0, 1);
        }
        return switch (format) {
            case F64, I64, U64 -> r.words[0][0];
            case F32, I32 -> r.ints[0];
            case U32 -> r.ints[0] & 0xFFFFFFFFL;
            case I16 -> r.shorts[0];
            case U16 -> r.shorts[0] & 0xFFFF;
            case I8 -> r.bytes[0];
            case U8 -> r.bytes[0] & 0xFF;
            default -> r.bytes[0] != 0 ? 1 : 0;
        };
    }

    private static void zeroExtend(int[] from, long[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = from[i] & 0xFFFFFFFFL;
        }
    }

    private static void signExtend(short[] from, int[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = from[i];
        }
    }

    private static void zeroExtend(short[] from, int[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = from[i] & 0xFFFF;
        }
    }

    private static void signExtend(byte[] from, int[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = from[i];
        }
    }

    private static void zeroExtend(byte[] from, int[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = from[i] & 0xFF;
        }
    }

    private static void isNotZero(byte[] from, boolean[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = from[i] != 0;
        }
    }

    private static void truncate(long[] from, int[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = (int) from[i];
        }
    }

    private static void truncate(int[] from, short[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = (short) from[i];
        }
    }

    private static void truncate(int[] from, byte[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = (byte) from[i];
        }
    }

    private static void toBytes(boolean[] from, byte[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = from[i] ? (byte) 1 : 0;
        }
    }
}
