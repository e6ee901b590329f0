package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;

/** Counting into few counters by many tasks, each with counters of its own. */
final class Tallies {
    /** The most counters that each task has for itself; with more there is one task. */
    static final int SHORT = 1 << 16;

    private static final long PIECE = 1 << 18;
    private static final long TASKS = 32;

    private Tallies() {}

    /** Counts elements {@code from} (inclusive) to {@code to} (exclusive) into {@code tally}. */
    @FunctionalInterface
    interface Counter {
        void count(long from, long to, long[] tally);
    }

    /**
     * Fills {@code counts}, {@code length} int64 counters, with the sums of all tasks' counters.
     */
    static void add(
            ChunkFunction.Call call, long size, int length, MemorySegment counts, Counter counter) {
        long pieceSize =
                length > SHORT ? Math.max(size, 1) : Math.max(PIECE, Math.ceilDiv(size, TASKS));
        long[][] tallies = new long[(int) Math.ceilDiv(size, pieceSize)][];
        Pieces.forEach(
                call,
                size,
                pieceSize,
                (piece, from, to) -> {
                    tallies[piece] = new long[length];
                    counter.count(from, to, tallies[piece]);
                });
        long[] sums = new long[length];
        for (long[] tally : tallies) {
            for (int i = 0; i < length; i++) {
                sums[i] += tally[i];
            }
        }
        MemorySegment.copy(sums, 0, counts, JAVA_LONG, 0, length);
    }
}
