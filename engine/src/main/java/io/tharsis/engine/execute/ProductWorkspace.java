package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Task;
import io.tharsis.kernels.matrix.MatrixProduct;

/**
 * What one thread needs at a product, in one piece of memory: the kernel's scratch first, then the
 * packed strip of the right operand, the packed rows of the left one unless they are shared, the
 * tiles of the result if those are handed on, a box of an operand that lies in several chunks, and
 * scratch for the loop over tiles. Byte offsets.
 */
record ProductWorkspace(
        long right, long left, long tiles, long gather, long scratch, long byteSize) {
    /**
     * Inner blocks that are packed, and taken together at each tile, where rows are shared. The
     * more they are, the less often the result comes from far away; two of eight bytes would push
     * the widest strip out of the second-level cache.
     */
    static int innerBlocks(int width) {
        return width < Long.BYTES ? 2 : 1;
    }

    /** How much of the inner dimension a strip takes at a time. */
    static long depth(boolean shared, int width) {
        return (shared ? innerBlocks(width) : 1) * (long) MatrixProduct.INNER_BLOCK;
    }

    static ProductWorkspace of(Task.Product task, MatrixProduct product, ProductBlocks cut) {
        int rank = task.shape().length;
        long rows = Math.min(task.shape()[rank - 2], cut.rows());
        long columns = Math.min(task.shape()[rank - 1], cut.columns());
        long depth = Math.min(task.inner(), MatrixProduct.INNER_BLOCK);
        int width = task.format().byteSize();
        long right = product.scratchBytes();
        long strip = Math.min(task.inner(), depth(cut.shared(), width));
        long left = right + product.packedRightBytes(strip, columns);
        long tiles = left + (cut.shared() ? 0 : product.packedLeftBytes(rows, depth));
        long gather = tiles + (task.epilogue() == null ? 0 : upTo64(rows * columns * width));
        long lines = Math.max(gathers(task.left()) ? rows : 0, gathers(task.right()) ? columns : 0);
        long scratch = gather + upTo64(lines * depth * width);
        long end = scratch + (task.epilogue() == null ? 0 : TileLoop.scratchBytes(task));
        return new ProductWorkspace(right, left, tiles, gather, scratch, upTo64(end));
    }

    /** True if boxes of an operand may lie in several chunks. */
    private static boolean gathers(Task.Matrix operand) {
        return operand.places().length > 1;
    }

    private static long upTo64(long bytes) {
        return (bytes + 63) & -64;
    }
}
