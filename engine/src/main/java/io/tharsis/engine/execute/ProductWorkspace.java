package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Task;
import io.tharsis.kernels.matrix.MatrixProduct;

/**
 * What one thread needs at a product, in one piece of memory: the kernel's scratch first, then the
 * packed strip of the right operand, the packed rows of the left one unless they are shared, the
 * tiles of the result if those are handed on, and a box of an operand that lies in several chunks.
 * Byte offsets.
 */
record ProductWorkspace(long right, long left, long tiles, long gather, long byteSize) {
    /**
     * @param gathersLeft whether the left operand lies in several chunks
     * @param gathersRight whether the right one does
     */
    static ProductWorkspace of(
            Task.Product task,
            MatrixProduct product,
            ProductBlocks cut,
            boolean gathersLeft,
            boolean gathersRight) {
        int rank = task.shape().length;
        long rows = Math.min(task.shape()[rank - 2], cut.rows());
        long columns = Math.min(task.shape()[rank - 1], cut.columns());
        long depth = Math.min(task.inner(), MatrixProduct.INNER_BLOCK);
        int width = task.format().byteSize();
        long right = product.scratchBytes();
        long left = right + product.packedRightBytes(depth, columns);
        long tiles = left + (cut.shared() ? 0 : product.packedLeftBytes(rows, depth));
        long gather = tiles + (task.epilogue() == null ? 0 : upTo64(rows * columns * width));
        long lines = Math.max(gathersLeft ? rows : 0, gathersRight ? columns : 0);
        return new ProductWorkspace(right, left, tiles, gather, gather + lines * depth * width);
    }

    private static long upTo64(long bytes) {
        return (bytes + 63) & -64;
    }
}
