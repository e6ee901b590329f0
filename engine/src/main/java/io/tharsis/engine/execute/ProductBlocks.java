package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Task;
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

    /** What the packed left operand of a block may take. */
    private static final long SHARED_BYTES = 96L << 20;

    static ProductBlocks of(Task.Product task, MatrixProduct product, int threads) {
        int rank = task.shape().length;
        long m = task.shape()[rank - 2];
        long n = task.shape()[rank - 1];
        long k = task.inner();
        long columns =
                Math.min(
                        product.columnBlock(),
                        Math.max(NARROW, upTo(Math.ceilDiv(n, 4L * threads), TILES)));
        boolean isSmall = m * n <= SMALL / k;
        if (isSmall || n <= columns) {
            long wide = isSmall ? n : columns;
            long rows = isSmall ? m : Math.max(256, Math.ceilDiv(m, 8L * threads));
            return new ProductBlocks(Math.min(rows, product.rowBlock()), wide, false);
        }
        long bytes = product.packedLeftBytes(1, k);
        long rows = product.rowBlock();
        long fit = SHARED_BYTES / 2 / Math.max(1, k * 8);
        rows = Math.min(rows, fit / 256 * 256);
        if (rows < 256 || bytes < 0) {
            return new ProductBlocks(1024, 512, false);
        }
        long blocks = Math.ceilDiv(m, rows);
        return new ProductBlocks(Math.min(m, upTo(Math.ceilDiv(m, blocks), 32)), columns, true);
    }

    private static long upTo(long count, long multiple) {
        return Math.ceilDiv(count, multiple) * multiple;
    }

    /** Without sharing, for when there is no memory for that. */
    ProductBlocks apart() {
        return new ProductBlocks(1024, 512, false);
    }
}
