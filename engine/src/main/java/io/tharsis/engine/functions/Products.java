package io.tharsis.engine.functions;

import static io.tharsis.DType.BOOL;
import static io.tharsis.DType.INT32;
import static io.tharsis.DType.INT64;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.util.Arrays;

/**
 * Matrix products, with NumPy 2's result dtypes. Floats are multiplied in their common dtype,
 * integers of up to 32 bits in int32 and others in int64, and wrapped to theirs; bools are counted.
 *
 * <p>Shapes must be known.
 */
public final class Products {
    private Products() {}

    /**
     * {@code (..., m, k)} by {@code (..., k, n)}; batch axes broadcast; one axis alone is a row on
     * the left, a column on the right, and dropped from the result.
     */
    public static Operand matmul(Operand a, Operand b) {
        Require.knownShape("matmul", a);
        Require.knownShape("matmul", b);
        if (a.rank() == 0 || b.rank() == 0) {
            throw new ShapeException(
                    "matmul needs at least one axis on each side, got shapes "
                            + Shapes.text(a.shape())
                            + " and "
                            + Shapes.text(b.shape())
                            + "; multiply by a scalar with times");
        }
        Operand left = a.rank() == 1 ? Shaping.expandDims(a, 0) : a;
        Operand right = b.rank() == 1 ? Shaping.expandDims(b, 1) : b;
        long k = left.shape()[left.rank() - 1];
        if (k != right.shape()[right.rank() - 2]) {
            throw new ShapeException(
                    "matmul: shapes "
                            + Shapes.text(a.shape())
                            + " and "
                            + Shapes.text(b.shape())
                            + " do not fit: the left one's last axis has length "
                            + k
                            + ", the right one's "
                            + (b.rank() == 1 ? "only" : "last but one")
                            + " axis "
                            + right.shape()[right.rank() - 2]);
        }
        Operand product = multiply(a, b, left, right);
        if (a.rank() > 1 && b.rank() > 1) {
            return product;
        }
        long[] shape = product.shape();
        int from = a.rank() == 1 ? shape.length - 2 : shape.length - 1;
        int to = b.rank() == 1 ? shape.length : shape.length - 1;
        long[] kept = new long[shape.length - (to - from)];
        System.arraycopy(shape, 0, kept, 0, from);
        System.arraycopy(shape, to, kept, from, shape.length - to);
        return Shaping.reshape(product, kept);
    }

    private static Operand multiply(Operand a, Operand b, Operand left, Operand right) {
        long[] leftBatch = Arrays.copyOf(left.shape(), left.rank() - 2);
        long[] rightBatch = Arrays.copyOf(right.shape(), right.rank() - 2);
        long[] batch;
        try {
            batch = Shapes.broadcast(leftBatch, rightBatch);
        } catch (ShapeException e) {
            throw new ShapeException(
                    "matmul: shapes "
                            + Shapes.text(a.shape())
                            + " and "
                            + Shapes.text(b.shape())
                            + " do not fit: "
                            + e.getMessage());
        }
        long m = left.shape()[left.rank() - 2];
        long k = left.shape()[left.rank() - 1];
        long n = right.shape()[right.rank() - 1];
        DType result = Promotion.common(a.dtype(), b.dtype());
        long[] shape = matrices(batch, m, n);
        if (k == 0 || Shapes.size(shape) == 0) {
            return new Operand(new Op.Fill(Promotion.bits(result, 0)), result, shape);
        }
        DType type = result.isFloat() ? result : integers(result, k);
        Operand first = Elementwise.cast(left, type);
        Operand second = Elementwise.cast(right, type);
        Operand product = ThinProducts.of(first, second, shape);
        if (product == null) {
            product =
                    new Operand(
                            new Op.Product(),
                            type,
                            shape,
                            Views.broadcast(first, matrices(batch, m, k)),
                            Views.broadcast(second, matrices(batch, k, n)));
        }
        return Elementwise.cast(product, result);
    }

    /** What holds the low bits of a sum of products, and for bools the count of true pairs. */
    private static DType integers(DType result, long k) {
        boolean isWide = result == BOOL ? k > Integer.MAX_VALUE : result.byteSize() > 4;
        return isWide ? INT64 : INT32;
    }

    private static long[] matrices(long[] batch, long rows, long columns) {
        long[] shape = Arrays.copyOf(batch, batch.length + 2);
        shape[batch.length] = rows;
        shape[batch.length + 1] = columns;
        return shape;
    }
}
