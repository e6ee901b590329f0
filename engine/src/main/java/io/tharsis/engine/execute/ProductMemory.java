package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Task;
import io.tharsis.kernels.matrix.MatrixProduct;

import java.util.ArrayList;
import java.util.List;

/**
 * What a matrix product takes beside its slots, all of it before it begins: the packed rows of one
 * or two blocks, if strips share them, and a workspace for each thread that may take part. Several
 * of these do for one product, some faster, some smaller; the result does not depend on which.
 *
 * @param cut how the box is cut then
 * @param layout of one workspace
 * @param blocks how many blocks' packed rows are kept; 0 if strips pack their own
 * @param blockBytes of the packed rows of one block
 * @param workspaces at least 1; where rows are shared, one for each thread
 */
record ProductMemory(
        ProductBlocks cut, ProductWorkspace layout, int blocks, long blockBytes, int workspaces) {

    /**
     * What would do, the fastest first, the smallest last.
     *
     * @param budget bytes the session may hold
     */
    static List<ProductMemory> choices(Task.Product task, int threads, long budget) {
        MatrixProduct product = MatrixProduct.of(task.format());
        boolean tiled = task.epilogue() != null || task.mirrored();
        int rank = task.shape().length;
        long m = task.shape()[rank - 2];
        List<ProductMemory> choices = new ArrayList<>();
        ProductBlocks cut = ProductBlocks.of(task, product, threads, tiled, budget);
        if (cut.shared()) {
            long k = task.inner();
            boolean isOne = matrices(task) == 1 && m <= cut.rows() && k <= cut.depth();
            long packed =
                    product.packedLeftBytes(Math.min(m, cut.rows()), Math.min(k, cut.depth()));
            choices.add(
                    new ProductMemory(
                            cut,
                            ProductWorkspace.of(task, product, cut),
                            isOne ? 1 : 2,
                            upTo64(packed),
                            threads));
            cut = ProductBlocks.apart(task, product, threads, tiled, budget);
        }
        ProductWorkspace layout = ProductWorkspace.of(task, product, cut);
        long units = matrices(task) * Math.ceilDiv(m, cut.rows()) * cut.strips();
        for (long most = Math.clamp(units, 1, threads); most > 0; most /= 2) {
            choices.add(new ProductMemory(cut, layout, 0, 0, (int) most));
        }
        return choices;
    }

    /** How many matrices a product has: the product of its batch axes' lengths. */
    static long matrices(Task.Product task) {
        long matrices = 1;
        for (int axis = 0; axis < task.shape().length - 2; axis++) {
            matrices *= task.shape()[axis];
        }
        return matrices;
    }

    /** Bytes of all of it, in one piece: packed rows first, then the workspaces. */
    long byteSize() {
        return blocks * blockBytes + workspaces * layout.byteSize();
    }

    private static long upTo64(long bytes) {
        return (bytes + 63) & -64;
    }
}
