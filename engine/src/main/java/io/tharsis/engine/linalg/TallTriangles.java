package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

/**
 * The R of each block of rows of a tall matrix (m, n), one below the other: (blocks * n, n). A
 * level of the reduction tree of TSQR (Demmel, Grigori, Hoemmen, Langou, Communication-optimal
 * parallel and sequential QR and LU factorizations, 2012). Diagonals are not negative.
 */
public record TallTriangles(int columns, int blockRows) implements ChunkFunction {
    /** Runs of blocks that a call is split into at most; each needs memory of its own. */
    private static final int SHARES = 8;

    @Override
    public String name() {
        return "tallTriangles";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.RowBlocks(blockRows, columns);
    }

    @Override
    public void apply(Call call) {
        Block matrix = call.input(0);
        Block output = call.output();
        forEachShare(
                call,
                (from, to) -> {
                    var blocks = new TallBlock(call, matrix, blockRows, 0);
                    for (int block = from; block < to; block++) {
                        Dense.storeRows(
                                blocks.triangle(block),
                                output.dtype(),
                                output.segment(),
                                (long) block * columns * columns);
                    }
                });
    }

    /** A run of blocks, the second number excluded. */
    @FunctionalInterface
    interface Share {
        void run(int from, int to);
    }

    /** All blocks of the first input, several at a time on each thread. */
    void forEachShare(Call call, Share share) {
        int blocks = Math.toIntExact(Math.ceilDiv(call.input(0).shape()[0], (long) blockRows));
        int step = Math.ceilDiv(blocks, SHARES);
        call.parallelFor(
                Math.ceilDiv(blocks, Math.max(1, step)),
                number -> {
                    call.checkCancelled();
                    share.run(number * step, Math.min(blocks, (number + 1) * step));
                });
    }
}
