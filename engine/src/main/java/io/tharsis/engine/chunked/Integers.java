package io.tharsis.engine.chunked;

import io.tharsis.DType;

import java.lang.foreign.MemorySegment;

/** Bools and integers as longs: zero- or sign-extended; uint64 as its 64 bits. */
final class Integers {
    private Integers() {}

    /** Loads {@code count} elements to the front of {@code target}. Not for floats. */
    static void load(DType dtype, MemorySegment segment, long index, int count, long[] target) {
        Keys.load(dtype, segment, index, 1, count, target, 0, 1);
        long bias = bias(dtype);
        if (bias != 0) {
            // the top bit that a key has flipped; adding it flips it back, modulo 2^64
            for (int i = 0; i < count; i++) {
                target[i] += bias;
            }
        }
    }

    static long at(DType dtype, MemorySegment segment, long index) {
        return Keys.at(dtype, segment, index) + bias(dtype);
    }

    private static long bias(DType dtype) {
        return switch (dtype) {
            case UINT32 -> 1L << 31;
            case UINT64 -> Long.MIN_VALUE;
            default -> 0;
        };
    }
}
