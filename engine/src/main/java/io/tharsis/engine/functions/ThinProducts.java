package io.tharsis.engine.functions;

import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.kernels.matrix.MatrixProduct;

import java.util.ArrayList;
import java.util.List;

/**
 * Products of few elements with a long inner dimension: the inner dimension in slices of {@link
 * #SLICE} (longer ones where that makes more than {@link #MOST_SLICES}), a product each, added
 * pairwise. One product is computed by one thread, as its terms are added in order. Which products
 * are sliced is decided by shapes alone, and so are their bits.
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
        long k = left.shape()[left.rank() - 1];
        return k >= LONG && Shapes.size(shape) <= FEW && shape.length == 2
                ? sliced(left, right, shape)
                : null;
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
