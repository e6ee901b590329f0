package io.tharsis.engine.functions;

import static io.tharsis.DType.BOOL;
import static io.tharsis.DType.FLOAT64;
import static io.tharsis.DType.INT32;
import static io.tharsis.DType.INT64;
import static io.tharsis.DType.UINT64;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.Slice;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.kernels.ir.Ops.FoldOp;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Reductions over no, one or several axes, with NumPy 2's result dtypes. In all of them {@code
 * axes} may be negative, an empty array means all axes, and {@code keepdims} leaves each reduced
 * axis in place with length 1.
 *
 * <p>Bits are a promise: the tree of additions is a function of shape and axes alone. Axes of
 * length 1 are dropped; neighbouring reduced axes are folded as one flattened index, merged from
 * the last outwards while the merged length is below 512; what is left of a group, then the next
 * group outwards, is folded after it. A fold whose axes are innermost runs in blocks of 32,768
 * elements with 2,048 accumulators each, a fold with elements inside it in blocks of 16 rows, and
 * both pairwise above their blocks ({@code FoldTree}). A float32 is summed in float32.
 *
 * <p>Shapes must be known; {@link ShapeException} otherwise, for axes out of range or named twice,
 * and for extremes of nothing.
 */
public final class Reductions {
    private Reductions() {}

    /** Of bools and small integers in int64 (unsigned: uint64), of nothing 0. */
    public static Operand sum(Operand x, int[] axes, boolean keepdims) {
        return reduce("sum", FoldOp.ADD, widened(x), axes, keepdims);
    }

    /** Of bools and small integers in int64 (unsigned: uint64), of nothing 1. */
    public static Operand prod(Operand x, int[] axes, boolean keepdims) {
        return reduce("prod", FoldOp.MUL, widened(x), axes, keepdims);
    }

    /** NaN if an element is NaN; an error if there is none. */
    public static Operand min(Operand x, int[] axes, boolean keepdims) {
        return extreme("minimum", FoldOp.MIN, x, axes, keepdims);
    }

    /** NaN if an element is NaN; an error if there is none. */
    public static Operand max(Operand x, int[] axes, boolean keepdims) {
        return extreme("maximum", FoldOp.MAX, x, axes, keepdims);
    }

    /** Largest less smallest. */
    public static Operand ptp(Operand x, int[] axes, boolean keepdims) {
        return Elementwise.subtract(max(x, axes, keepdims), min(x, axes, keepdims));
    }

    /** Whether an element is not zero (NaN is not); false for nothing. */
    public static Operand any(Operand x, int[] axes, boolean keepdims) {
        return truth("any", FoldOp.OR, x, axes, keepdims);
    }

    /** Whether every element is not zero (NaN is not); true for nothing. */
    public static Operand all(Operand x, int[] axes, boolean keepdims) {
        return truth("all", FoldOp.AND, x, axes, keepdims);
    }

    /** How many elements are not zero; int64. */
    public static Operand countNonzero(Operand x, int[] axes, boolean keepdims) {
        return sum(Elementwise.cast(x, BOOL), axes, keepdims);
    }

    /** Of integers and bools in float64; NaN for nothing. */
    public static Operand mean(Operand x, int[] axes, boolean keepdims) {
        Operand sum = sum(floating(x), axes, keepdims);
        return divideByCount(sum, Promotion.scalar(FLOAT64, (double) count(x, axes)));
    }

    /**
     * The mean of squared distances from the mean, computed in two passes, with {@code count -
     * ddof} as divisor (0 if that is negative, so the result is infinite or NaN). Of all elements
     * of an expression over a matrix product in one pass over tiles, so that the product is not
     * stored.
     */
    public static Operand var(Operand x, int[] axes, boolean keepdims, int ddof) {
        Operand values = floating(x);
        double divisor = Math.max(count(x, axes) - ddof, 0);
        if (axes("var", x, axes).length == 2 && values.isOverProduct()) {
            Operand squares = Indexing.get(tileMoments(values), Slice.at(1));
            Operand shaped = keepdims ? Shaping.expandDims(squares, 0, 1) : squares;
            return Elementwise.cast(
                    Elementwise.divide(shaped, Promotion.scalar(FLOAT64, divisor)), values.dtype());
        }
        Operand distance = Elementwise.subtract(values, mean(values, axes, true));
        Operand sum = sum(Elementwise.square(distance), axes, keepdims);
        return divideByCount(sum, Promotion.scalar(FLOAT64, divisor));
    }

    private static Operand tileMoments(Operand x) {
        return new Operand(new Op.TileMoments(), FLOAT64, new long[] {2}, x);
    }

    /** The square root of {@link #var}. */
    public static Operand std(Operand x, int[] axes, boolean keepdims, int ddof) {
        return Elementwise.sqrt(var(x, axes, keepdims, ddof));
    }

    /**
     * The mean with each element counted {@code weights} times: a tensor of the shape of x, or of
     * the lengths of {@code axes} in the order they are named. NaN or infinite where the weights
     * add up to 0.
     */
    public static Operand average(Operand x, Operand weights, int[] axes, boolean keepdims) {
        Require.knownShape("average", x);
        Require.knownShape("average", weights);
        boolean isFull = Arrays.equals(weights.shape(), x.shape());
        Operand placed =
                isFull ? weights : Views.broadcast(alongAxes(x.shape(), weights, axes), x.shape());
        DType type = x.dtype().isFloat() ? Promotion.common(x.dtype(), weights.dtype()) : FLOAT64;
        Operand factors = Elementwise.cast(placed, type);
        Operand sum = sum(Elementwise.multiply(Elementwise.cast(x, type), factors), axes, keepdims);
        return Elementwise.divide(sum, sum(factors, axes, keepdims));
    }

    /**
     * {@code weights}, whose axis i goes along axis {@code axes[i]} of {@code shape}, with length 1
     * along the others.
     */
    private static Operand alongAxes(long[] shape, Operand weights, int... axes) {
        int[] named = Require.axes("average", axes, shape);
        long[] lengths = Arrays.stream(named).mapToLong(axis -> shape[axis]).toArray();
        if (named.length == 0 || !Arrays.equals(lengths, weights.shape())) {
            throw new ShapeException(
                    "average: weights of shape "
                            + Shapes.text(weights.shape())
                            + " for a tensor of shape "
                            + Shapes.text(shape)
                            + " over axes "
                            + Arrays.toString(axes)
                            + "; they must have its shape, or the lengths of the axes named");
        }
        int[] order =
                IntStream.range(0, named.length)
                        .boxed()
                        .sorted(Comparator.comparing(i -> named[i]))
                        .mapToInt(i -> i)
                        .toArray();
        long[] placed = new long[shape.length];
        Arrays.fill(placed, 1);
        for (int axis : named) {
            placed[axis] = shape[axis];
        }
        return Shaping.reshape(Views.permute(weights, order), placed);
    }

    /**
     * {@code exp(x)} divided by its sum along {@code axis}; computed from {@code x - max}, so that
     * it does not overflow. Integers in float64.
     */
    public static Operand softmax(Operand x, int axis) {
        Operand values = floating(x);
        int[] along = axes("softmax", x, new int[] {axis});
        if (Shapes.size(x.shape()) == 0) {
            return values;
        }
        Operand power =
                Mathematics.unary(
                        MathOp.EXP, Elementwise.subtract(values, max(values, along, true)));
        return Elementwise.divide(power, sum(power, along, true));
    }

    /**
     * {@code log(sum(exp(x)))} over {@code axes}; computed from {@code x - max}, so that it does
     * not overflow. Of nothing, or of nothing but minus infinities, it is minus infinity. Integers
     * in float64.
     */
    public static Operand logSumExp(Operand x, int[] axes, boolean keepdims) {
        Operand values = floating(x);
        int[] reduced = axes("logSumExp", x, axes);
        if (count(x, axes) == 0) {
            return Mathematics.unary(MathOp.LOG, sum(values, axes, keepdims));
        }
        Operand zero = Promotion.scalar(values.dtype(), 0);
        Operand max = max(values, reduced, true);
        // an infinite maximum must not be subtracted from itself
        Operand shift = Elementwise.where(Elementwise.isfinite(max), max, zero);
        Operand sum =
                sum(
                        Mathematics.unary(MathOp.EXP, Elementwise.subtract(values, shift)),
                        reduced,
                        keepdims);
        return Elementwise.add(
                Mathematics.unary(MathOp.LOG, sum),
                keepdims || reduced.length == 0 ? shift : Shaping.squeeze(shift, reduced));
    }

    // ---- shared with the nan forms

    /** {@code x} of the dtype in which means are computed. */
    static Operand floating(Operand x) {
        return x.dtype().isFloat() ? x : Elementwise.cast(x, FLOAT64);
    }

    /**
     * {@code sum / count} rounded once to the dtype of {@code sum}; a count beyond 2^24 has no
     * float32.
     */
    static Operand divideByCount(Operand sum, Operand count) {
        return Elementwise.cast(
                Elementwise.divide(Elementwise.cast(sum, FLOAT64), count), sum.dtype());
    }

    private static Operand widened(Operand x) {
        DType type = x.dtype();
        if (type.isFloat()) {
            return x;
        }
        return Elementwise.cast(x, type.isUnsigned() ? UINT64 : INT64);
    }

    private static Operand extreme(
            String name, FoldOp op, Operand x, int[] axes, boolean keepdims) {
        if (x.dtype() != BOOL) {
            return reduce(name, op, x, axes, keepdims);
        }
        return Elementwise.cast(reduce(name, op, Elementwise.cast(x, INT32), axes, keepdims), BOOL);
    }

    private static Operand truth(String name, FoldOp op, Operand x, int[] axes, boolean keepdims) {
        Operand bits = Elementwise.cast(Elementwise.cast(x, BOOL), INT32);
        return Elementwise.cast(reduce(name, op, bits, axes, keepdims), BOOL);
    }

    private static Operand reduce(String name, FoldOp op, Operand x, int[] axes, boolean keepdims) {
        int[] reduced = axes(name, x, axes);
        Operand folded = Folds.fold(name, op, x, reduced);
        if (!keepdims) {
            return folded;
        }
        return Shaping.expandDims(folded, reduced);
    }

    /** {@code axes} from the front, in increasing order; all if none is named. */
    private static int[] axes(String name, Operand x, int[] axes) {
        Require.knownShape(name, x);
        if (axes.length == 0) {
            int[] all = new int[x.rank()];
            Arrays.setAll(all, k -> k);
            return all;
        }
        int[] checked = Require.axes(name, axes, x.shape());
        Arrays.sort(checked);
        return checked;
    }

    /** How many elements of {@code x} go into one of the result. */
    private static long count(Operand x, int[] axes) {
        long count = 1;
        for (int axis : axes("count", x, axes)) {
            count *= x.shape()[axis];
        }
        return count;
    }
}
