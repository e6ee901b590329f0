package io.tharsis.engine.tile;

import io.tharsis.engine.graph.ChunkFunction.Tiling.RowBlocks;
import io.tharsis.engine.storage.ChunkGrid;

import java.util.Arrays;
import java.util.stream.LongStream;

/** Where the rows of a chunk function are cut: between blocks, near the cuts of its input. */
final class RowCuts {
    private RowCuts() {}

    /** Cuts of the input: each of its own, moved to the end of its block. */
    private static long[] rows(RowBlocks blocks, ChunkGrid grid) {
        long length = grid.shape()[0];
        LongStream moved =
                Arrays.stream(grid.cuts(0))
                        .map(
                                cut ->
                                        Math.min(
                                                length,
                                                Math.ceilDiv(cut, blocks.rows()) * blocks.rows()));
        return moved.distinct().toArray();
    }

    static ChunkGrid inputs(RowBlocks blocks, ChunkGrid grid) {
        return grid(rows(blocks, grid), grid.shape());
    }

    static ChunkGrid outputs(RowBlocks blocks, ChunkGrid grid, long[] shape) {
        return grid(Arrays.stream(rows(blocks, grid)).map(blocks::resultRows).toArray(), shape);
    }

    private static ChunkGrid grid(long[] rows, long[] shape) {
        long[][] cuts = new long[shape.length][];
        cuts[0] = rows;
        for (int axis = 1; axis < shape.length; axis++) {
            cuts[axis] = new long[] {0, shape[axis]};
        }
        return ChunkGrid.ofCuts(cuts);
    }
}
