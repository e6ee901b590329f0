package io.tharsis.engine.functions;

import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.kernels.matrix.MatrixProduct;

import java.util.ArrayList;
import java.util.List;

/**
 * Products that are bound by memory, or by one thread, if they are computed as others are. Which
 * ones those are is decided by dtype and shapes alone, and so are their bits.
 *
 * <ul>
 *   <li>A floating-point matrix times a column, and a row times a matrix: the sum of element-wise
 *       products along the inner axis, a loop that reads the matrix once from where it lies, in the
 *       tree of any sum.
 *   <li>Few elements with a long inner dimension: the inner dimension in slices of {@link #SLICE}
 *       (longer ones where that makes more than {@link #MOST_SLICES}), a product each, added
 *       pairwise. One product is computed by one thread, as terms are added in order.
 * </ul>
 */
final class ThinProducts {
    /** Terms of the inner dimension in a slice, at least. */
    static final long SLICE = 1 << 16;

    /** What a plan for one product may hold. */
    static final long MOST_SLICES = 64;

    /** Inner dimensions from this length on are sliced. */
    static final long LONG = 4 * SLICE;

    /** Elements of a product that is sliced, at most: larger ones have work for several threads. */
    static final long FEW = 1 << 14;

    private ThinProducts() {}

    /**
     * Operands of one dtype, {@code (..., m, k)} and {@code (..., k, n)} with k above 0.
     *
     * @param shape of the result
     * @return null if it is an ordinary product
     */
    static Operand of(Operand left, Operand right, long[] shape) {
        long m = left.shape()[left.rank() - 2];
        long k = left.shape()[left.rank() - 1];
        long n = right.shape()[right.rank() - 1];
        if (left.dtype().isFloat() && (m == 1 || n == 1)) {
            return n == 1
                    ? sum(left, Shaping.swapaxes(right, -1, -2), -1)
                    : sum(Shaping.swapaxes(left, -1, -2), right, -2);
        }
        return k >= LONG && Shapes.size(shape) <= FEW && shape.length == 2
                ? sliced(left, right, shape)
                : null;
    }

    private static Operand sum(Operand left, Operand right, int axis) {
        return Reductions.sum(Elementwise.multiply(left, right), new int[] {axis}, true);
    }

    private static Operand sliced(Operand left, Operand right, long[] shape) {
        long k = left.shape()[1];
        int block = MatrixProduct.INNER_BLOCK;
        long each = Math.max(SLICE, Math.ceilDiv(Math.ceilDiv(k, MOST_SLICES), block) * block);
        List<Operand> sums = new ArrayList<>();
        for (long from = 0; from < k; from += each) {
            long length = Math.min(each, k - from);
            sums.add(
                    new Operand(
                            new Op.Product(),
                            left.dtype(),
                            shape,
                            Views.walk(left, 1, from, 1, length),
                            Views.walk(right, 0, from, 1, length)));
        }
        while (sums.size() > 1) {
            List<Operand> pairs = new ArrayList<>();
            for (int i = 0; i < sums.size(); i += 2) {
                pairs.add(
                        i + 1 < sums.size()
                                ? Elementwise.add(sums.get(i), sums.get(i + 1))
                                : sums.get(i));
            }
            sums = pairs;
        }
        return sums.getFirst();
    }
}
