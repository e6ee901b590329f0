package io.tharsis.engine.tile;

import io.tharsis.engine.graph.ChunkFunction.Tiling.RowBlocks;
import io.tharsis.engine.storage.ChunkGrid;

import java.util.Arrays;

/** Where the rows of a chunk function are cut: between blocks, near the cuts of its input. */
final class RowCuts {
    private RowCuts() {}

    /** Cuts of the input: each of its own, moved to the end of its block; more for large ones. */
    static long[] rows(RowBlocks blocks, ChunkGrid grid, Grids grids, int elementSize) {
        long[] shape = grid.shape();
        long[][] cuts = wholeRows(shape);
        cuts[0] =
                Arrays.stream(grid.cuts(0))
                        .map(
                                cut ->
                                        Math.min(
                                                shape[0],
                                                Math.ceilDiv(cut, blocks.rows()) * blocks.rows()))
                        .distinct()
                        .toArray();
        long[] units = new long[shape.length];
        units[0] = blocks.rows();
        grids.cutLarge(cuts, units, elementSize);
        return cuts[0];
    }

    private static long[][] wholeRows(long[] shape) {
        long[][] cuts = new long[shape.length][];
        for (int axis = 0; axis < shape.length; axis++) {
            cuts[axis] = new long[] {0, shape[axis]};
        }
        return cuts;
    }

    static ChunkGrid grid(long[] rows, long[] shape) {
        long[][] cuts = wholeRows(shape);
        cuts[0] = rows;
        return ChunkGrid.ofCuts(cuts);
    }
}
