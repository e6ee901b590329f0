package io.tharsis.engine.tile;

import io.tharsis.engine.fuse.Step;
import io.tharsis.engine.plan.PlanGraph;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.kernels.matrix.MatrixProduct;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a matrix product is cut, and in which order its blocks are made. What fits in memory is cut
 * like any result. Of many small matrices that do not fit together, some are multiplied at a time.
 * A product of large ones is made in blocks of few rows, a band of them at a time, so that the rows
 * of the left operand that a band needs stay in memory while the right operand goes by once. With M
 * bytes of budget, w of an element, products m by k by n: a band takes M / 2, which holds {@code R
 * = M / (2 w (k + 2 n))} rows of the left operand and their results if the right operand is cut
 * along its rows, {@code R = M / (2 w k)} if it is not. The left operand is read once, the right
 * one {@code ceil(m / R)} times; of half a product only the part right of the band, half of that on
 * average.
 *
 * @param grid of the product
 * @param inner cuts of the inner dimension, multiples of {@link MatrixProduct#INNER_BLOCK}
 * @param band blocks of rows that are made together, 0 if the order does not matter
 */
record ProductCuts(ChunkGrid grid, long[] inner, int band) {
    /** A task that does not fit reads and writes about this part of the budget for each operand. */
    private static final long PART = 16;

    /**
     * @param elementSize of the widest thing made of the product's elements
     */
    static ProductCuts of(Step.Product step, int elementSize, Tiler tiler) {
        PlanGraph.Node node = tiler.node(step.node());
        long[] shape = node.shape();
        int rank = shape.length;
        long m = shape[rank - 2];
        long n = shape[rank - 1];
        long k = tiler.node(node.inputs()[0]).shape()[rank - 1];
        double width = node.dtype().byteSize();
        double matrix = width * ((double) m * k + (double) k * n + (double) m * n);
        double bytes = matrix;
        for (int axis = 0; axis < rank - 2; axis++) {
            bytes *= shape[axis];
        }
        if (bytes <= tiler.budgetBytes() / 2.0) {
            ChunkGrid grid = tiler.grids().ofProduct(shape, elementSize);
            return new ProductCuts(alike(step, grid), new long[] {0, k}, 0);
        }
        double part = tiler.budgetBytes() / (double) PART;
        if (matrix <= part) {
            ChunkGrid grid = tiler.grids().inStacks(shape, (long) (part / Math.max(1, matrix)));
            return new ProductCuts(grid, new long[] {0, k}, 0);
        }
        boolean inParts =
                isCut(step.left(), rank - 1, tiler) || isCut(step.right(), rank - 2, tiler);
        long rows = (long) (part / (width * (inParts ? Math.max(k, n) : k)));
        long columns =
                inParts && !step.mirrored()
                        ? (long) (part / (width * Math.max(TileTree.TILE, rows)))
                        : rows;
        ChunkGrid grid = tiler.grids().inBlocks(shape, rows, columns);
        long[] inner = {0, k};
        if (inParts) {
            long depth = (long) (part / (width * Math.max(longest(grid, rank - 1), 1)));
            depth = Math.max(1, depth / MatrixProduct.INNER_BLOCK) * MatrixProduct.INNER_BLOCK;
            inner = parts(k, depth, innerCuts(step, rank, tiler));
        }
        double row = longest(grid, rank - 2) * width * (inParts ? k + 2 * n : k);
        int band = Math.clamp((long) (tiler.budgetBytes() / 2.0 / row), 1, 1 << 20);
        return new ProductCuts(alike(step, grid), inner, band);
    }

    private static boolean isCut(Step.Matrix operand, int axis, Tiler tiler) {
        int source = operand.view().source()[axis];
        return source >= 0 && tiler.gridOf(operand.node()).count(source) > 1;
    }

    /** Where the operand that goes by is cut along the inner dimension; else where the other is. */
    private static long[] innerCuts(Step.Product step, int rank, Tiler tiler) {
        boolean byRight = isCut(step.right(), rank - 2, tiler);
        Step.Matrix operand = byRight ? step.right() : step.left();
        int axis = byRight ? rank - 2 : rank - 1;
        int source = operand.view().source()[axis];
        boolean asStored =
                source >= 0
                        && operand.view().step()[axis] == 1
                        && operand.view().offset()[source] == 0;
        return asStored ? tiler.gridOf(operand.node()).cuts(source) : new long[0];
    }

    /**
     * Parts of at most {@code depth}, which end where chunks end if they can: a chunk that two
     * parts need may have to be read twice.
     */
    private static long[] parts(long k, long depth, long[] chunkCuts) {
        List<Long> parts = new ArrayList<>(List.of(0L));
        while (parts.getLast() < k) {
            long from = parts.getLast();
            long to = Math.min(k, from + depth);
            for (long cut : chunkCuts) {
                boolean isBetter = to < k && cut > from && cut <= from + depth;
                to = isBetter && cut % MatrixProduct.INNER_BLOCK == 0 ? cut : to;
            }
            parts.add(to);
        }
        return parts.stream().mapToLong(Long::longValue).toArray();
    }

    private static long longest(ChunkGrid grid, int axis) {
        return grid.cuts(axis)[1] - grid.cuts(axis)[0];
    }

    /** For half a product rows and columns are cut alike, so that each chunk has a mirrored one. */
    private static ChunkGrid alike(Step.Product step, ChunkGrid grid) {
        int rows = grid.rank() - 2;
        if (!step.mirrored() || grid.count(rows) == grid.count(rows + 1)) {
            return grid;
        }
        long[][] cuts = new long[grid.rank()][];
        for (int axis = 0; axis < cuts.length; axis++) {
            cuts[axis] = grid.cuts(axis);
        }
        int finer = grid.count(rows) > grid.count(rows + 1) ? rows : rows + 1;
        cuts[rows] = cuts[finer];
        cuts[rows + 1] = cuts[finer];
        return ChunkGrid.ofCuts(cuts);
    }

    /** The number of the chunk with row and column exchanged. */
    int mirrored(int chunk) {
        int count = grid.count(grid.rank() - 1);
        int row = chunk / count % count;
        int column = chunk % count;
        return chunk + (column - row) * count + (row - column);
    }

    /** A number that tells the bands of blocks apart. */
    int bandOf(int chunk) {
        int row = chunk / grid.count(grid.rank() - 1);
        int rows = grid.count(grid.rank() - 2);
        return band == 0 ? chunk : row / rows * rows + row % rows / band;
    }

    /** Chunks of the product in the order in which they are made. */
    int[] order() {
        int rows = grid.count(grid.rank() - 2);
        int columns = grid.count(grid.rank() - 1);
        int[] order = new int[grid.chunkCount()];
        int high = band == 0 ? 1 : band;
        int count = 0;
        for (int matrix = 0; matrix < order.length; matrix += rows * columns) {
            for (int top = 0; top < rows; top += high) {
                for (int column = 0; column < columns; column++) {
                    for (int row = top; row < Math.min(rows, top + high); row++) {
                        order[count++] = matrix + row * columns + column;
                    }
                }
            }
        }
        return order;
    }
}
