package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Task;
import io.tharsis.engine.tile.TileTree;
import io.tharsis.kernels.matrix.MatrixProduct;

/**
 * How a box of a product is cut into pieces of work: blocks of rows, each with strips of columns.
 * Decides speed alone. If {@code shared}, the left operand is packed once for a block and read by
 * all its strips; else each strip packs its own.
 *
 * @param rows of a block; the last may have fewer
 * @param columns of a strip
 */
record ProductBlocks(long rows, long columns, boolean shared) {
    /** Strips are worth handing out from about this many columns. */
    private static final long NARROW = 96;

    /** Result tiles in registers are as wide as a divisor of this, whatever the vectors. */
    private static final long TILES = 48;

    /** Multiplications that are not worth sharing anything. */
    private static final long SMALL = 1 << 21;

    /** What the packed left operands of blocks may take, and which part of the budget. */
    private static final long SHARED_BYTES = 256L << 20;

    private static final long SHARED_PART = 8;

    /** The part of the budget for what threads pack for themselves. */
    private static final long APART_PART = 16;

    /** Rows of a block that packs its own, or hands on its tiles. */
    private static final long ROWS = 2L * TileTree.TILE;

    /**
     * @param tiled true if the result is handed on in tiles: then blocks and strips are whole tiles
     * @param budget bytes the session may hold
     */
    static ProductBlocks of(
            Task.Product task, MatrixProduct product, int threads, boolean tiled, long budget) {
        int rank = task.shape().length;
        long m = task.shape()[rank - 2];
        long n = task.shape()[rank - 1];
        long k = task.inner();
        long narrow =
                Math.min(
                        product.columnBlock(),
                        Math.max(NARROW, upTo(Math.ceilDiv(n, 4L * threads), TILES)));
        long columns = tiled ? TileTree.TILE : narrow;
        boolean isSmall = m * n <= SMALL / k;
        if (!tiled && (isSmall || n <= columns)) {
            long rows = isSmall ? m : Math.max(256, Math.ceilDiv(m, 8L * threads));
            return new ProductBlocks(
                    Math.min(rows, product.rowBlock()), Math.min(n, product.columnBlock()), false);
        }
        long room = Math.min(SHARED_BYTES, budget / SHARED_PART) / 2;
        long fit = room / Math.max(1, k * task.format().byteSize());
        long most = Math.min(tiled ? ROWS : product.rowBlock(), fit);
        if (tiled ? most < TileTree.TILE : most < 256) {
            return apart(task, threads, tiled, budget);
        }
        if (tiled) {
            return new ProductBlocks(most / TileTree.TILE * TileTree.TILE, columns, true);
        }
        long blocks = Math.ceilDiv(m, most / 32 * 32);
        return new ProductBlocks(upTo(Math.ceilDiv(m, blocks), 32), columns, true);
    }

    /** Without sharing, for when there is no memory for that. */
    static ProductBlocks apart(Task.Product task, int threads, boolean tiled, long budget) {
        if (tiled) {
            return new ProductBlocks(TileTree.TILE, TileTree.TILE, false);
        }
        long line = Math.min(task.inner(), MatrixProduct.INNER_BLOCK) * task.format().byteSize();
        long lines = budget / APART_PART / threads / line / 2;
        long side = Math.clamp(lines / TILES * TILES, TILES, ROWS);
        return new ProductBlocks(side, Math.min(side, TileTree.TILE), false);
    }

    private static long upTo(long count, long multiple) {
        return Math.ceilDiv(count, multiple) * multiple;
    }
}
