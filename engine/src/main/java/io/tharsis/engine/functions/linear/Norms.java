package io.tharsis.engine.functions.linear;

import io.tharsis.ShapeException;
import io.tharsis.Slice;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.functions.Promotion;
import io.tharsis.engine.functions.Reductions;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.util.Arrays;

/** Norms of vectors and matrices, and condition numbers. Integers in float64. */
public final class Norms {
    private Norms() {}

    /** Orders of matrices that are no number. */
    public enum Order {
        /** The root of the sum of squares. */
        FROBENIUS,
        /** The sum of the singular values. */
        NUCLEAR;

        /** {@code "fro"} or {@code "nuc"}. */
        public static Order of(String name) {
            return switch (name) {
                case "fro" -> FROBENIUS;
                case "nuc" -> NUCLEAR;
                default ->
                        throw new ShapeException(
                                "norm: there is no order '"
                                        + name
                                        + "'; use 'fro', 'nuc' or a number");
            };
        }
    }

    private static Operand floating(Operand x) {
        Matrices.requireKnown("norm", x);
        return Matrices.floating(x);
    }

    /** The root of the sum of squares over one, two or all axes. */
    public static Operand of(Operand x, boolean keepdims, int... axes) {
        if (axes.length > 2) {
            throw tooMany(x, axes);
        }
        Operand squares = Elementwise.square(floating(x));
        return Elementwise.sqrt(Reductions.sum(squares, axes, keepdims));
    }

    private static ShapeException tooMany(Operand x, int... axes) {
        return new ShapeException(
                "norm over axes "
                        + Arrays.toString(axes)
                        + " of shape "
                        + Shapes.text(x.shape())
                        + ": name one axis for vectors or two for matrices");
    }

    /** {@code axes}, or all of a vector or matrix if none is named. */
    private static int[] axes(Operand x, int... axes) {
        if (axes.length == 0 && (x.rank() == 1 || x.rank() == 2)) {
            return x.rank() == 1 ? new int[] {0} : new int[] {0, 1};
        }
        if (axes.length != 1 && axes.length != 2) {
            throw tooMany(x, axes);
        }
        int[] positive = new int[axes.length];
        for (int i = 0; i < axes.length; i++) {
            positive[i] = Shapes.axis(axes[i], x.shape());
        }
        if (axes.length == 2 && positive[0] == positive[1]) {
            throw new ShapeException(
                    "norm: axis "
                            + axes[0]
                            + " of shape "
                            + Shapes.text(x.shape())
                            + " is named twice");
        }
        return positive;
    }

    /** Of order {@code order}: along one axis of vectors, over two of matrices. */
    public static Operand of(Operand x, double order, boolean keepdims, int... named) {
        Operand a = floating(x);
        int[] axes = axes(a, named);
        return axes.length == 1
                ? vector(a, order, axes, keepdims)
                : matrix(a, order, axes[0], axes[1], keepdims);
    }

    private static Operand vector(Operand a, double order, int[] axes, boolean keepdims) {
        Operand magnitudes = Elementwise.abs(a);
        if (order == Double.POSITIVE_INFINITY) {
            return largest(magnitudes, axes, keepdims);
        }
        if (order == Double.NEGATIVE_INFINITY) {
            return Reductions.min(magnitudes, axes, keepdims);
        }
        if (order == 0) {
            return Elementwise.cast(Reductions.countNonzero(a, axes, keepdims), a.dtype());
        }
        if (order == 1) {
            return Reductions.sum(magnitudes, axes, keepdims);
        }
        if (order == 2) {
            return Elementwise.sqrt(Reductions.sum(Elementwise.square(a), axes, keepdims));
        }
        Operand sum = Reductions.sum(Elementwise.power(magnitudes, order), axes, keepdims);
        return Elementwise.power(sum, 1 / order);
    }

    /** The maximum of what is not negative; 0 of nothing, as in NumPy. */
    private static Operand largest(Operand x, int[] axes, boolean keepdims) {
        return Shapes.size(x.shape()) == 0
                ? Reductions.sum(x, axes, keepdims)
                : Reductions.max(x, axes, keepdims);
    }

    private static Operand matrix(
            Operand a, double order, int rowAxis, int columnAxis, boolean keepdims) {
        if (order == 2 || order == -2) {
            Operand values = values(a, rowAxis, columnAxis);
            Operand extreme =
                    order > 0
                            ? largest(values, new int[] {-1}, false)
                            : Reductions.min(values, new int[] {-1}, false);
            return kept(extreme, a, rowAxis, columnAxis, keepdims);
        }
        boolean overColumns = Math.abs(order) == 1;
        if (!overColumns && !Double.isInfinite(order)) {
            throw new ShapeException(
                    "norm: matrices of shape "
                            + Shapes.text(a.shape())
                            + " have no norm of order "
                            + order
                            + "; use 1, -1, 2, -2, an infinity, 'fro' or 'nuc'");
        }
        int first = overColumns ? rowAxis : columnAxis;
        int second = overColumns ? columnAxis : rowAxis;
        Operand sums = Reductions.sum(Elementwise.abs(a), new int[] {first}, true);
        int[] both = {second};
        Operand extreme = order > 0 ? largest(sums, both, true) : Reductions.min(sums, both, true);
        return keepdims ? extreme : Shaping.squeeze(extreme, rowAxis, columnAxis);
    }

    private static Operand values(Operand a, int rowAxis, int columnAxis) {
        Operand moved = Shaping.moveaxis(a, new int[] {rowAxis, columnAxis}, new int[] {-2, -1});
        return SingularDecomposition.values("norm", moved);
    }

    private static Operand kept(
            Operand x, Operand a, int rowAxis, int columnAxis, boolean keepdims) {
        if (!keepdims) {
            return x;
        }
        long[] shape = a.shape().clone();
        shape[rowAxis] = 1;
        shape[columnAxis] = 1;
        return Shaping.reshape(x, shape);
    }

    /** Of matrices, over two axes. */
    public static Operand of(Operand x, Order order, boolean keepdims, int... named) {
        Operand a = floating(x);
        int[] axes = axes(a, named);
        if (axes.length != 2) {
            throw new ShapeException(
                    "norm of order "
                            + order
                            + " is one of matrices, got "
                            + axes.length
                            + " axis of shape "
                            + Shapes.text(a.shape()));
        }
        return switch (order) {
            case FROBENIUS -> of(a, keepdims, axes);
            case NUCLEAR ->
                    kept(
                            Reductions.sum(values(a, axes[0], axes[1]), new int[] {-1}, false),
                            a,
                            axes[0],
                            axes[1],
                            keepdims);
        };
    }

    /** The largest by the smallest singular value; infinite if that is 0. */
    public static Operand cond(Operand x) {
        Operand values = SingularDecomposition.values("cond", stacked(x));
        long count = values.shape()[values.rank() - 1];
        return definite(x, ratio(values, 0, count - 1));
    }

    /** Matrices with an element at least; of them there may be none. */
    private static Operand stacked(Operand x) {
        Operand a = Matrices.matrix("cond", x);
        return Matrices.rows(a) * Matrices.columns(a) == 0 ? Matrices.filled("cond", x) : a;
    }

    private static Operand ratio(Operand values, long top, long bottom) {
        int last = values.rank() - 1;
        return Elementwise.divide(at(values, last, top), at(values, last, bottom));
    }

    private static Operand at(Operand x, int axis, long position) {
        Slice[] slices = new Slice[axis + 1];
        Arrays.fill(slices, Slice.all());
        slices[axis] = Slice.at(position);
        return Indexing.get(x, slices);
    }

    /** {@code norm(x, order) * norm(inv(x), order)}, infinite for a singular matrix. */
    public static Operand cond(Operand x, double order) {
        if (order == 2) {
            return cond(x);
        }
        if (order == -2) {
            Operand values = SingularDecomposition.values("cond", stacked(x));
            long count = values.shape()[values.rank() - 1];
            return definite(x, ratio(values, count - 1, 0));
        }
        Operand a = Matrices.square("cond", stacked(x));
        Operand inverse = Solving.inverse(a, false);
        int[] axes = {-2, -1};
        return definite(
                x,
                Elementwise.multiply(of(a, order, false, axes), of(inverse, order, false, axes)));
    }

    /** As {@link #cond(Operand, double)} of another order. */
    public static Operand cond(Operand x, Order order) {
        Operand a = Matrices.square("cond", stacked(x));
        Operand inverse = Solving.inverse(a, false);
        int[] axes = {-2, -1};
        return definite(
                x,
                Elementwise.multiply(of(a, order, false, axes), of(inverse, order, false, axes)));
    }

    /** NaN becomes infinity, unless the matrix itself holds NaN. */
    private static Operand definite(Operand x, Operand cond) {
        Operand holds = Reductions.any(Elementwise.isnan(x), new int[] {-2, -1}, false);
        Operand infinity = Promotion.scalar(cond.dtype(), Double.POSITIVE_INFINITY);
        Operand lost =
                Elementwise.logicalAnd(Elementwise.isnan(cond), Elementwise.logicalNot(holds));
        return Elementwise.where(lost, infinity, cond);
    }
}
