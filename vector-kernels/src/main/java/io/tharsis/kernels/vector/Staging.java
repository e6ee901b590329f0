package io.tharsis.kernels.vector;

import io.tharsis.kernels.ir.Format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Narrow formats to ints in scratch and back, and the padding of tails. Plain Java on purpose: bulk
 * copies to arrays and loops over arrays are vectorized by C2 and do not crawl before it has
 * compiled them.
 */
final class Staging {
    /** Heap halves of a conversion. <b>Confined to its thread.</b> */
    private static final class Buffers {
        private final byte[] bytes = new byte[Layout.SUB_BLOCK];
        private final short[] shorts = new short[Layout.SUB_BLOCK];
        private final int[] ints = new int[Layout.SUB_BLOCK];
    }

    private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

    private Staging() {}

    /**
     * Widens {@code count} elements, at most a sub-block, to ints. A BOOL becomes 0 for false and
     * anything else for true.
     */
    static void widen(Format format, long from, long to, int count) {
        Buffers buffers = BUFFERS.get();
        int[] ints = buffers.ints;
        switch (format) {
            case BOOL, I8 -> {
                MemorySegment.copy(
                        Memory.ALL, ValueLayout.JAVA_BYTE, from, buffers.bytes, 0, count);
                signExtend(buffers.bytes, ints, count);
            }
            case U8 -> {
                MemorySegment.copy(
                        Memory.ALL, ValueLayout.JAVA_BYTE, from, buffers.bytes, 0, count);
                zeroExtend(buffers.bytes, ints, count);
            }
            case I16 -> {
                MemorySegment.copy(Memory.ALL, Memory.SHORT, from, buffers.shorts, 0, count);
                signExtend(buffers.shorts, ints, count);
            }
            case U16 -> {
                MemorySegment.copy(Memory.ALL, Memory.SHORT, from, buffers.shorts, 0, count);
                zeroExtend(buffers.shorts, ints, count);
            }
            case I32, I64, U32, U64, F32, F64 ->
                    throw new IllegalArgumentException(format + " needs no widening");
        }
        MemorySegment.copy(ints, 0, Memory.ALL, Memory.INT, to, count);
    }

    /** Writes the low bytes of {@code count} ints, at most a sub-block. */
    static void narrow(Format format, long from, long to, int count) {
        Buffers buffers = BUFFERS.get();
        int[] ints = buffers.ints;
        MemorySegment.copy(Memory.ALL, Memory.INT, from, ints, 0, count);
        if (format.byteSize() == Byte.BYTES) {
            truncate(ints, buffers.bytes, count);
            MemorySegment.copy(buffers.bytes, 0, Memory.ALL, ValueLayout.JAVA_BYTE, to, count);
        } else {
            truncate(ints, buffers.shorts, count);
            MemorySegment.copy(buffers.shorts, 0, Memory.ALL, Memory.SHORT, to, count);
        }
    }

    /**
     * Copies {@code count} elements and repeats the last up to {@code padded}: lanes nobody reads,
     * with values that surprise nobody. Both addresses may be the same.
     */
    static void copyPadded(long from, long to, int byteSize, int count, int padded) {
        MemorySegment memory = Memory.ALL;
        int last = count - 1;
        switch (byteSize) {
            case Byte.BYTES -> {
                for (int i = 0; i < padded; i++) {
                    memory.set(
                            Memory.BYTE, to + i, memory.get(Memory.BYTE, from + Math.min(i, last)));
                }
            }
            case Short.BYTES -> {
                for (long i = 0; i < padded; i++) {
                    memory.set(
                            Memory.SHORT,
                            to + 2 * i,
                            memory.get(Memory.SHORT, from + 2 * Math.min(i, last)));
                }
            }
            case Integer.BYTES -> {
                for (long i = 0; i < padded; i++) {
                    memory.set(
                            Memory.INT,
                            to + 4 * i,
                            memory.get(Memory.INT, from + 4 * Math.min(i, last)));
                }
            }
            default -> {
                for (long i = 0; i < padded; i++) {
                    memory.set(
                            Memory.LONG,
                            to + 8 * i,
                            memory.get(Memory.LONG, from + 8 * Math.min(i, last)));
                }
            }
        }
    }

    /** The widened bits of the one element at {@code address}. */
    static long uniform(Format format, long address) {
        MemorySegment memory = Memory.ALL;
        return switch (format) {
            case BOOL, I8 -> memory.get(Memory.BYTE, address);
            case U8 -> memory.get(Memory.BYTE, address) & 0xFFL;
            case I16 -> memory.get(Memory.SHORT, address);
            case U16 -> memory.get(Memory.SHORT, address) & 0xFFFFL;
            case I32, F32 -> memory.get(Memory.INT, address);
            case U32 -> memory.get(Memory.INT, address) & 0xFFFFFFFFL;
            case I64, U64, F64 -> memory.get(Memory.LONG, address);
        };
    }

    private static void signExtend(byte[] from, int[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = from[i];
        }
    }

    private static void zeroExtend(byte[] from, int[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = from[i] & 0xFF;
        }
    }

    private static void signExtend(short[] from, int[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = from[i];
        }
    }

    private static void zeroExtend(short[] from, int[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = from[i] & 0xFFFF;
        }
    }

    private static void truncate(int[] from, byte[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = (byte) from[i];
        }
    }

    private static void truncate(int[] from, short[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = (short) from[i];
        }
    }
}
