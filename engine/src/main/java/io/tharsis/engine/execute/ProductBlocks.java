package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Task;
import io.tharsis.engine.tile.TileTree;
import io.tharsis.kernels.matrix.MatrixProduct;

/**
 * How a box of a product is cut into pieces of work: blocks of rows, each with strips of columns,
 * and, where the packed rows of a block would not stay in the caches, blocks of the inner
 * dimension. Decides speed alone. If {@code shared}, the left operand is packed once for a block
 * and read by all its strips; else each strip packs its own.
 *
 * @param rows of a block; the last may have fewer
 * @param columns of a strip at most
 * @param strips of columns, each of whole tiles, as even as can be
 * @param tile columns that strips are whole multiples of, but for the last one
 * @param depth of a block along the inner dimension, a multiple of {@link
 *     MatrixProduct#INNER_BLOCK} unless it is all of it
 */
record ProductBlocks(long rows, long columns, long strips, long tile, long depth, boolean shared) {
    /** Strips are worth handing out from about this many columns. */
    private static final long NARROW = 96;

    /**
     * Columns of a strip at most: the inner blocks that are packed of so many take 768 KiB of the
     * second-level cache. The more columns, the more often packed rows are read once they are near.
     */
    private static final long WIDE = 384;

    /** Rows of tiles in registers divide this, whatever the vectors. */
    private static final long TILES = 32;

    /** Strips for each thread, if they are not too narrow. */
    private static final long STRIPS = 4;

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
        long tile = tiled ? TileTree.TILE : product.tileColumns();
        long tiles = Math.ceilDiv(n, tile);
        long strips = tiled ? tiles : strips(n, tiles, product, threads);
        long columns = Math.ceilDiv(tiles, strips) * tile;
        boolean isSmall = m * n <= SMALL / k;
        if (!tiled && (isSmall || n <= columns)) {
            long rows = isSmall ? m : Math.max(256, Math.ceilDiv(m, 8L * threads));
            return even(
                    n,
                    Math.min(rows, product.rowBlock()),
                    Math.min(n, product.columnBlock()),
                    k,
                    false);
        }
        long room = Math.min(SHARED_BYTES, budget / SHARED_PART) / 2;
        int width = task.format().byteSize();
        if (tiled) {
            long most = Math.min(ROWS, room / Math.max(1, k * width));
            return most < TileTree.TILE
                    ? apart(task, product, threads, true, budget)
                    : even(n, most / TileTree.TILE * TileTree.TILE, columns, k, true);
        }
        // Who waits for the strip before it must not wait for long.
        boolean isDeep = strips >= threads;
        int together = isDeep ? ProductWorkspace.innerBlocks(width) : 1;
        long most = product.rowBlock() / together;
        long least = isDeep ? Math.min(k, MatrixProduct.INNER_BLOCK) : k;
        most = Math.min(most, room / Math.max(1, least * width));
        if (most < 256) {
            return apart(task, product, threads, false, budget);
        }
        long blocks = Math.ceilDiv(m, most / TILES * TILES);
        long rows = upTo(Math.ceilDiv(m, blocks), TILES);
        long fit = Math.min(room / width, product.packedDepth(rows) * rows) / rows;
        long depth = Math.max(1, fit / MatrixProduct.INNER_BLOCK) * MatrixProduct.INNER_BLOCK;
        return new ProductBlocks(
                rows, columns, strips, tile, isDeep ? Math.min(depth, k) : k, true);
    }

    /** As many strips for each thread as for any other, if they do not become too narrow. */
    private static long strips(long n, long tiles, MatrixProduct product, int threads) {
        long most = Math.min(WIDE, product.columnBlock()) / product.tileColumns();
        long strips = upTo(Math.max(Math.ceilDiv(tiles, most), STRIPS * threads), threads);
        return Math.max(Math.ceilDiv(tiles, most), Math.min(strips, Math.ceilDiv(n, NARROW)));
    }

    /** Where {@code strips} of a matrix of n columns would all have {@code columns}. */
    private static ProductBlocks even(long n, long rows, long columns, long depth, boolean shared) {
        return new ProductBlocks(rows, columns, Math.ceilDiv(n, columns), columns, depth, shared);
    }

    /**
     * The first column of a strip of a matrix of n columns, and n of the strip after the last one.
     */
    long firstColumn(long strip, long n) {
        return Math.min(n, strip * Math.ceilDiv(n, tile) / strips * tile);
    }

    /** Without sharing, for when there is no memory for that. */
    static ProductBlocks apart(
            Task.Product task, MatrixProduct product, int threads, boolean tiled, long budget) {
        long n = task.shape()[task.shape().length - 1];
        if (tiled) {
            return even(n, TileTree.TILE, TileTree.TILE, task.inner(), false);
        }
        long line = Math.min(task.inner(), MatrixProduct.INNER_BLOCK) * task.format().byteSize();
        long lines = budget / APART_PART / threads / line / 2;
        long side = Math.clamp(lines / TILES * TILES, TILES, ROWS);
        long tile = product.tileColumns();
        long columns = Math.max(1, Math.min(side, TileTree.TILE) / tile) * tile;
        return even(n, side, columns, task.inner(), false);
    }

    private static long upTo(long count, long multiple) {
        return Math.ceilDiv(count, multiple) * multiple;
    }
}
