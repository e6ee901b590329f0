package io.tharsis.engine.chunked;

import io.tharsis.engine.graph.ChunkFunction;

/** A long range of elements cut into equal pieces, one task each. */
final class Pieces {
    private Pieces() {}

    /** Work on elements {@code from} (inclusive) to {@code to} (exclusive). */
    @FunctionalInterface
    interface Body {
        void run(int piece, long from, long to);
    }

    /** Counts something among elements {@code from} (inclusive) to {@code to} (exclusive). */
    @FunctionalInterface
    interface Counter {
        long count(long from, long to);
    }

    static void forEach(ChunkFunction.Call call, long size, long pieceSize, Body body) {
        call.parallelFor(
                Math.toIntExact(Math.ceilDiv(size, pieceSize)),
                piece -> {
                    call.checkCancelled();
                    body.run(piece, piece * pieceSize, Math.min(size, (piece + 1) * pieceSize));
                });
    }

    /**
     * The counts of all pieces, summed: entry p is the count before piece p, the last one the
     * total.
     */
    static long[] prefix(ChunkFunction.Call call, long size, long pieceSize, Counter counter) {
        long[] sums = new long[Math.toIntExact(Math.ceilDiv(size, pieceSize)) + 1];
        forEach(
                call,
                size,
                pieceSize,
                (piece, from, to) -> sums[piece + 1] = counter.count(from, to));
        for (int piece = 1; piece < sums.length; piece++) {
            sums[piece] += sums[piece - 1];
        }
        return sums;
    }
}
