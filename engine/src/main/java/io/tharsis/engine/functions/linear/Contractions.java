package io.tharsis.engine.functions.linear;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.engine.functions.Creation;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.functions.Promotion;
import io.tharsis.engine.functions.Reductions;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.util.Arrays;

/** Products of tensors other than {@code matmul}, all made of it; NumPy's rules and dtypes. */
public final class Contractions {
    private Contractions() {}

    /** Over the last axis of a and the last but one of b, or its only one. */
    public static Operand dot(Operand a, Operand b) {
        if (a.rank() == 0 || b.rank() == 0) {
            return Elementwise.multiply(a, b);
        }
        return contract("dot", a, b, new int[] {-1}, new int[] {b.rank() == 1 ? 0 : -2});
    }

    /** Over all elements in row-major order. */
    public static Operand vdot(Operand a, Operand b) {
        Matrices.requireKnown("vdot", a);
        Matrices.requireKnown("vdot", b);
        if (Shapes.size(a.shape()) != Shapes.size(b.shape())) {
            throw new ShapeException(
                    "vdot: shapes "
                            + Shapes.text(a.shape())
                            + " and "
                            + Shapes.text(b.shape())
                            + " have different numbers of elements");
        }
        return Products.matmul(Shaping.ravel(a), Shaping.ravel(b));
    }

    /** Over the last axis of both. */
    public static Operand inner(Operand a, Operand b) {
        if (a.rank() == 0 || b.rank() == 0) {
            return Elementwise.multiply(a, b);
        }
        return contract("inner", a, b, new int[] {-1}, new int[] {-1});
    }

    /** Each element of a, row-major, by each of b: a matrix. */
    public static Operand outer(Operand a, Operand b) {
        return Elementwise.multiply(
                Shaping.expandDims(Shaping.ravel(a), 1), Shaping.expandDims(Shaping.ravel(b), 0));
    }

    /** Over the last {@code count} axes of a and the first of b. */
    public static Operand tensordot(Operand a, Operand b, int count) {
        if (count < 0 || count > a.rank() || count > b.rank()) {
            throw doNotFit("tensordot over " + count + " axes", a, b);
        }
        int[] last = new int[count];
        int[] first = new int[count];
        for (int i = 0; i < count; i++) {
            last[i] = a.rank() - count + i;
            first[i] = i;
        }
        return contract("tensordot", a, b, last, first);
    }

    /** Over axis {@code aAxes[i]} of a and {@code bAxes[i]} of b, for each i. */
    public static Operand tensordot(Operand a, Operand b, int[] aAxes, int[] bAxes) {
        if (aAxes.length != bAxes.length) {
            throw doNotFit(
                    "tensordot over axes "
                            + Arrays.toString(aAxes)
                            + " and "
                            + Arrays.toString(bAxes),
                    a,
                    b);
        }
        return contract("tensordot", a, b, aAxes, bAxes);
    }

    private static ShapeException doNotFit(String what, Operand a, Operand b) {
        return new ShapeException(
                what
                        + ": shapes "
                        + Shapes.text(a.shape())
                        + " and "
                        + Shapes.text(b.shape())
                        + " do not fit; the axes multiplied must have the same lengths");
    }

    private static Operand contract(
            String function, Operand a, Operand b, int[] aAxes, int[] bAxes) {
        Matrices.requireKnown(function, a);
        Matrices.requireKnown(function, b);
        int[] left = order(a, aAxes, false);
        int[] right = order(b, bAxes, true);
        int count = aAxes.length;
        long inner = 1;
        for (int i = 0; i < count; i++) {
            long length = a.shape()[left[left.length - count + i]];
            if (length != b.shape()[right[i]]) {
                throw doNotFit(function, a, b);
            }
            inner *= length;
        }
        long[] leftShape = lengths(a, left, 0, left.length - count);
        long[] rightShape = lengths(b, right, count, right.length);
        Operand product =
                Products.matmul(
                        Shaping.reshape(Shaping.permute(a, left), Shapes.size(leftShape), inner),
                        Shaping.reshape(Shaping.permute(b, right), inner, Shapes.size(rightShape)));
        return Shaping.reshape(product, Matrices.shape(leftShape, rightShape));
    }

    /** All axes, those named at the front or at the back. */
    private static int[] order(Operand x, int[] named, boolean front) {
        boolean[] taken = new boolean[x.rank()];
        int[] order = new int[x.rank()];
        int at = front ? 0 : x.rank() - named.length;
        if (at < 0 || named.length > x.rank()) {
            throw new ShapeException(
                    "axes "
                            + Arrays.toString(named)
                            + " are more than shape "
                            + Shapes.text(x.shape())
                            + " has");
        }
        for (int name : named) {
            int axis = Shapes.axis(name, x.shape());
            if (taken[axis]) {
                throw new ShapeException(
                        "axis "
                                + axis
                                + " of shape "
                                + Shapes.text(x.shape())
                                + " is named twice in "
                                + Arrays.toString(named));
            }
            taken[axis] = true;
            order[at++] = axis;
        }
        at = front ? named.length : 0;
        for (int axis = 0; axis < x.rank(); axis++) {
            if (!taken[axis]) {
                order[at++] = axis;
            }
        }
        return order;
    }

    private static long[] lengths(Operand x, int[] order, int from, int to) {
        long[] lengths = new long[to - from];
        for (int i = from; i < to; i++) {
            lengths[i - from] = x.shape()[order[i]];
        }
        return lengths;
    }

    /** The Kronecker product: blocks of b, each times an element of a. */
    public static Operand kron(Operand a, Operand b) {
        Matrices.requireKnown("kron", a);
        Matrices.requireKnown("kron", b);
        int rank = Math.max(a.rank(), b.rank());
        long[] left = new long[2 * rank];
        long[] right = new long[2 * rank];
        long[] shape = new long[rank];
        for (int i = 0; i < rank; i++) {
            left[2 * i] = length(a, i - rank + a.rank());
            left[2 * i + 1] = 1;
            right[2 * i] = 1;
            right[2 * i + 1] = length(b, i - rank + b.rank());
            shape[i] = left[2 * i] * right[2 * i + 1];
        }
        Operand product = Elementwise.multiply(Shaping.reshape(a, left), Shaping.reshape(b, right));
        return Shaping.reshape(product, shape);
    }

    private static long length(Operand x, int axis) {
        return axis < 0 ? 1 : x.shape()[axis];
    }

    /** {@code a} to the power {@code exponent}, by squaring; a negative one inverts first. */
    public static Operand power(Operand x, long exponent) {
        Matrices.requireKnown("matrixPower", x);
        Matrices.square("matrixPower", x);
        if (exponent == 0) {
            long n = Matrices.rows(x);
            return Shaping.broadcastTo(Creation.eye(x.dtype(), n, n, 0), x.shape());
        }
        Operand square = exponent < 0 ? Solving.inv(x) : x;
        // unsigned, as the least long has no magnitude
        Operand result = null;
        for (long rest = Math.abs(exponent); rest != 0; rest >>>= 1) {
            if ((rest & 1) == 1) {
                result = result == null ? square : Products.matmul(result, square);
            }
            square = rest >>> 1 != 0 ? Products.matmul(square, square) : square;
        }
        return result;
    }

    /**
     * Covariances of variables, float64: rows hold variables and columns observations if {@code
     * byRow}, else the other way round. Divided by the number of observations less {@code ddof}.
     */
    public static Operand cov(Operand x, boolean byRow, long ddof) {
        Matrices.requireKnown("cov", x);
        if (x.rank() > 2) {
            throw new ShapeException(
                    "cov needs a vector or a matrix, got shape " + Shapes.text(x.shape()));
        }
        Operand a = Elementwise.cast(x, DType.FLOAT64);
        Operand rows = a.rank() < 2 ? Shaping.reshape(a, 1, Shapes.size(a.shape())) : a;
        Operand variables = byRow || a.rank() < 2 ? rows : Matrices.transpose(rows);
        long count = Matrices.columns(variables);
        Operand centered =
                Elementwise.subtract(variables, Reductions.mean(variables, new int[] {1}, true));
        Operand sums = Products.matmul(centered, Matrices.transpose(centered));
        Operand scaled =
                Elementwise.multiply(
                        sums, Promotion.scalar(DType.FLOAT64, 1.0 / Math.max(0, count - ddof)));
        return Shaping.squeeze(scaled);
    }

    /** Correlation coefficients of variables, float64, clipped to [-1, 1]. */
    public static Operand corrcoef(Operand x, boolean byRow) {
        Operand c = cov(x, byRow, 1);
        if (c.rank() == 0) {
            return Elementwise.divide(c, c);
        }
        Operand deviations = Elementwise.sqrt(Matrices.diagonal(c));
        Operand byRows = Elementwise.divide(c, Shaping.expandDims(deviations, 1));
        Operand coefficients = Elementwise.divide(byRows, Shaping.expandDims(deviations, 0));
        return Elementwise.clip(
                coefficients,
                Promotion.scalar(DType.FLOAT64, -1),
                Promotion.scalar(DType.FLOAT64, 1));
    }
}
