package io.tharsis.engine.chunked;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;

import java.lang.foreign.MemorySegment;

/**
 * Adjacent lines moved between an array in memory and an array of keys in which each line is
 * contiguous.
 */
final class Panels {
    private Panels() {}

    /** Loads {@code count} lines, the first of which starts at element {@code start}. */
    static void load(Block input, Lines lines, long start, int count, long[] keys) {
        int length = (int) lines.length();
        if (count == 1) {
            Keys.load(input.dtype(), input.segment(), start, lines.inner(), length, keys, 0, 1);
            return;
        }
        for (int i = 0; i < length; i++) {
            Keys.load(
                    input.dtype(),
                    input.segment(),
                    start + i * lines.inner(),
                    1,
                    count,
                    keys,
                    i,
                    length);
        }
    }

    /** The inverse of {@link #load}. */
    static void store(
            DType dtype, long[] keys, Lines lines, long start, int count, MemorySegment output) {
        int length = (int) lines.length();
        if (count == 1) {
            Keys.store(dtype, keys, 0, 1, length, output, start, lines.inner());
            return;
        }
        for (int i = 0; i < length; i++) {
            Keys.store(dtype, keys, i, length, count, output, start + i * lines.inner(), 1);
        }
    }
}
