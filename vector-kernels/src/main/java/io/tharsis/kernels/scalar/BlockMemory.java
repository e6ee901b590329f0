package io.tharsis.kernels.scalar;

import io.tharsis.kernels.ir.Format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Moves blocks between segments and registers, a constant for each {@link Format}. Only bulk copies
 * touch a segment, since single accesses cost microseconds each until compiled; array loops widen
 * and narrow. Each format is compiled for itself: a copy is so long when inlined that the compilers
 * took a tenth of a second for one method with all of them, in a JVM that had just begun.
 */
enum BlockMemory {
    BOOL {
        @Override
        void load(MemorySegment from, long byteOffset, Registers r, int register, int n) {
            MemorySegment.copy(from, BYTE, byteOffset, r.bytes, 0, n);
            isNotZero(r.bytes, r.mask[register], n);
        }

        @Override
        void store(Registers r, int register, MemorySegment to, long byteOffset, int n) {
            toBytes(r.mask[register], r.bytes, n);
            MemorySegment.copy(r.bytes, 0, to, BYTE, byteOffset, n);
        }
    },
    I8 {
        @Override
        void load(MemorySegment from, long byteOffset, Registers r, int register, int n) {
            MemorySegment.copy(from, BYTE, byteOffset, r.bytes, 0, n);
            signExtend(r.bytes, r.i32[register], n);
        }

        @Override
        void store(Registers r, int register, MemorySegment to, long byteOffset, int n) {
            truncate(r.i32[register], r.bytes, n);
            MemorySegment.copy(r.bytes, 0, to, BYTE, byteOffset, n);
        }
    },
    I16 {
        @Override
        void load(MemorySegment from, long byteOffset, Registers r, int register, int n) {
            MemorySegment.copy(from, SHORT, byteOffset, r.shorts, 0, n);
            signExtend(r.shorts, r.i32[register], n);
        }

        @Override
        void store(Registers r, int register, MemorySegment to, long byteOffset, int n) {
            truncate(r.i32[register], r.shorts, n);
            MemorySegment.copy(r.shorts, 0, to, SHORT, byteOffset, n);
        }
    },
    I32 {
        @Override
        void load(MemorySegment from, long byteOffset, Registers r, int register, int n) {
            MemorySegment.copy(from, INT, byteOffset, r.i32[register], 0, n);
        }

        @Override
        void store(Registers r, int register, MemorySegment to, long byteOffset, int n) {
            MemorySegment.copy(r.i32[register], 0, to, INT, byteOffset, n);
        }
    },
    I64 {
        @Override
        void load(MemorySegment from, long byteOffset, Registers r, int register, int n) {
            MemorySegment.copy(from, LONG, byteOffset, r.i64[register], 0, n);
        }

        @Override
        void store(Registers r, int register, MemorySegment to, long byteOffset, int n) {
            MemorySegment.copy(r.i64[register], 0, to, LONG, byteOffset, n);
        }
    },
    U8 {
        @Override
        void load(MemorySegment from, long byteOffset, Registers r, int register, int n) {
            MemorySegment.copy(from, BYTE, byteOffset, r.bytes, 0, n);
            zeroExtend(r.bytes, r.i32[register], n);
        }

        @Override
        void store(Registers r, int register, MemorySegment to, long byteOffset, int n) {
            truncate(r.i32[register], r.bytes, n);
            MemorySegment.copy(r.bytes, 0, to, BYTE, byteOffset, n);
        }
    },
    U16 {
        @Override
        void load(MemorySegment from, long byteOffset, Registers r, int register, int n) {
            MemorySegment.copy(from, SHORT, byteOffset, r.shorts, 0, n);
            zeroExtend(r.shorts, r.i32[register], n);
        }

        @Override
        void store(Registers r, int register, MemorySegment to, long byteOffset, int n) {
            truncate(r.i32[register], r.shorts, n);
            MemorySegment.copy(r.shorts, 0, to, SHORT, byteOffset, n);
        }
    },
    U32 {
        @Override
        void load(MemorySegment from, long byteOffset, Registers r, int register, int n) {
            MemorySegment.copy(from, INT, byteOffset, r.ints, 0, n);
            zeroExtend(r.ints, r.i64[register], n);
        }

        @Override
        void store(Registers r, int register, MemorySegment to, long byteOffset, int n) {
            truncate(r.i64[register], r.ints, n);
            MemorySegment.copy(r.ints, 0, to, INT, byteOffset, n);
        }
    },
    U64 {
        @Override
        void load(MemorySegment from, long byteOffset, Registers r, int register, int n) {
            MemorySegment.copy(from, LONG, byteOffset, r.i64[register], 0, n);
        }

        @Override
        void store(Registers r, int register, MemorySegment to, long byteOffset, int n) {
            MemorySegment.copy(r.i64[register], 0, to, LONG, byteOffset, n);
        }
    },
    F32 {
        @Override
        void load(MemorySegment from, long byteOffset, Registers r, int register, int n) {
            MemorySegment.copy(from, FLOAT, byteOffset, r.f32[register], 0, n);
        }

        @Override
        void store(Registers r, int register, MemorySegment to, long byteOffset, int n) {
            MemorySegment.copy(r.f32[register], 0, to, FLOAT, byteOffset, n);
        }
    },
    F64 {
        @Override
        void load(MemorySegment from, long byteOffset, Registers r, int register, int n) {
            MemorySegment.copy(from, DOUBLE, byteOffset, r.f64[register], 0, n);
        }

        @Override
        void store(Registers r, int register, MemorySegment to, long byteOffset, int n) {
            MemorySegment.copy(r.f64[register], 0, to, DOUBLE, byteOffset, n);
        }
    };

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

    private static final BlockMemory[] ALL = values();

    /** Bytes of an element. */
    final int byteSize = Format.valueOf(name()).byteSize();

    /** That of the format with this ordinal. */
    static BlockMemory of(int format) {
        return ALL[format];
    }

    /** Copies {@code n} elements into a register. */
    abstract void load(MemorySegment from, long byteOffset, Registers r, int register, int n);

    /** Copies the first {@code n} elements of a register. */
    abstract void store(Registers r, int register, MemorySegment to, long byteOffset, int n);

    /** The bits of the lane value of one element. */
    long loadOne(MemorySegment from, long byteOffset, Registers r) {
        switch (byteSize) {
            case Long.BYTES -> MemorySegment.copy(from, LONG, byteOffset, r.words[0], 0, 1);
            case Integer.BYTES -> MemorySegment.copy(from, INT, byteOffset, r.ints, 0, 1);
            case Short.BYTES -> MemorySegment.copy(from, SHORT, byteOffset, r.shorts, 0, 1);
            default -> MemorySegment.copy(from, BYTE, byteOffset, r.bytes, 0, 1);
        }
        return switch (this) {
            case F64, I64, U64 -> r.words[0][0];
            case F32, I32 -> r.ints[0];
            case U32 -> r.ints[0] & 0xFFFFFFFFL;
            case I16 -> r.shorts[0];
            case U16 -> r.shorts[0] & 0xFFFF;
            case I8 -> r.bytes[0];
            case U8 -> r.bytes[0] & 0xFF;
            case BOOL -> r.bytes[0] != 0 ? 1 : 0;
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
