package io.tharsis.engine.functions;

import static io.tharsis.DType.FLOAT64;
import static io.tharsis.DType.INT64;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.TharsisException;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;

import java.util.Arrays;

/**
 * Builders of tensors from nothing: constants, ranges, grids and triangles. None is stored unless
 * asked for.
 */
public final class Creation {
    private Creation() {}

    /** {@code value} everywhere, wrapped or rounded to {@code type}. */
    public static Operand full(DType type, long value, long... shape) {
        return filled(type, Promotion.bits(type, value), shape);
    }

    public static Operand full(DType type, double value, long... shape) {
        return filled(type, Promotion.bits(type, value), shape);
    }

    /** The 0-d operand {@code value} everywhere. */
    public static Operand full(Operand value, long... shape) {
        return value.op() instanceof Op.Fill fill
                ? filled(value.dtype(), fill.bits(), shape)
                : broadcast(value, shape);
    }

    private static Operand filled(DType type, long bits, long... shape) {
        Shapes.size(shape);
        return new Operand(new Op.Fill(bits), type, shape.clone());
    }

    private static Operand broadcast(Operand a, long... shape) {
        return new Operand(new Op.Viewed(View.broadcast(a.shape(), shape)), a.dtype(), shape, a);
    }

    /** Row-major positions, int64. */
    public static Operand iota(long... shape) {
        Shapes.size(shape);
        return new Operand(new Op.Iota(), INT64, shape);
    }

    // ---- ranges

    /** {@code start, start + step, ...} below {@code stop} (above, for a negative step), int64. */
    public static Operand arange(long start, long stop, long step) {
        if (step == 0) {
            throw new TharsisException(
                    "arange from " + start + " to " + stop + " wants a step that is not 0");
        }
        long length = Math.max(0, Math.ceilDiv(Math.subtractExact(stop, start), step));
        Operand scaled =
                step == 1
                        ? iota(length)
                        : Elementwise.multiply(iota(length), Promotion.scalar(INT64, step));
        return start == 0 ? scaled : Elementwise.add(scaled, Promotion.scalar(INT64, start));
    }

    /**
     * NumPy's float range: {@code ceil((stop - start) / step)} elements, element i is {@code start
     * + i * delta} with delta = {@code (start + step) - start}, all in {@code type}.
     */
    public static Operand arange(double start, double stop, double step, DType type) {
        double count = Math.ceil((stop - start) / step);
        if (!(count < 0x1p63)) {
            throw new TharsisException(
                    "arange from "
                            + start
                            + " to "
                            + stop
                            + " by "
                            + step
                            + " has no finite length");
        }
        long length = (long) Math.max(0, count);
        if (!type.isFloat()) {
            long first = (long) start;
            long delta = (long) (start + step) - first;
            Operand steps = Elementwise.multiply(iota(length), Promotion.scalar(INT64, delta));
            return Elementwise.cast(Elementwise.add(steps, Promotion.scalar(INT64, first)), type);
        }
        double delta =
                type == FLOAT64 ? (start + step) - start : (float) (start + step) - (float) start;
        Operand steps =
                Elementwise.multiply(
                        Elementwise.cast(iota(length), type), Promotion.scalar(type, delta));
        return Elementwise.add(steps, Promotion.scalar(type, start));
    }

    /**
     * {@code count} numbers from {@code start} to {@code stop} (exactly), or short of it without
     * {@code endpoint}; float64.
     */
    public static Operand linspace(double start, double stop, long count, boolean endpoint) {
        if (count < 0) {
            throw new ShapeException("linspace wants a count of 0 or more, not " + count);
        }
        long parts = endpoint ? count - 1 : count;
        double span = stop - start;
        double step = span / parts;
        Operand index = Elementwise.cast(iota(count), FLOAT64);
        Operand scaled;
        if (parts <= 0) {
            scaled = Elementwise.multiply(index, Promotion.scalar(FLOAT64, span));
        } else if (step == 0) {
            Operand fraction = Elementwise.divide(index, Promotion.scalar(FLOAT64, (double) parts));
            scaled = Elementwise.multiply(fraction, Promotion.scalar(FLOAT64, span));
        } else {
            scaled = Elementwise.multiply(index, Promotion.scalar(FLOAT64, step));
        }
        Operand points = Elementwise.add(scaled, Promotion.scalar(FLOAT64, start));
        if (!endpoint || count < 2) {
            return points;
        }
        Operand isLast = Elementwise.equal(iota(count), Promotion.scalar(INT64, count - 1));
        return Elementwise.where(isLast, Promotion.scalar(FLOAT64, stop), points);
    }

    /** {@code base} to the power of {@link #linspace}. */
    public static Operand logspace(
            double start, double stop, long count, boolean endpoint, double base) {
        return Elementwise.power(
                Promotion.scalar(FLOAT64, base), linspace(start, stop, count, endpoint));
    }

    // ---- matrices

    /**
     * The index along {@code axis}, of length {@code length} there and 1 along the other {@code
     * rank - 1} axes.
     */
    static Operand index(long length, int axis, int rank) {
        long[] shape = new long[rank];
        Arrays.fill(shape, 1);
        shape[axis] = length;
        return iota(shape);
    }

    /** True where column - row compares with {@code k}. */
    private static Operand diagonal(ElementOp comparison, long rows, long columns, long k) {
        Operand row = Elementwise.add(index(rows, 0, 2), Promotion.scalar(INT64, k));
        return Elementwise.apply(comparison, DType.BOOL, index(columns, 1, 2), row);
    }

    /** Ones where column - row = k. */
    public static Operand eye(DType type, long rows, long columns, long k) {
        return Elementwise.cast(diagonal(ElementOp.EQUAL, rows, columns, k), type);
    }

    /** Ones where column - row &lt;= k. */
    public static Operand tri(DType type, long rows, long columns, long k) {
        return Elementwise.cast(diagonal(ElementOp.LESS_EQUAL, rows, columns, k), type);
    }

    /** The last two axes with zeros where column - row &gt; k. */
    public static Operand tril(Operand a, long k) {
        return masked("tril", ElementOp.LESS_EQUAL, a, k);
    }

    /** The last two axes with zeros where column - row &lt; k. */
    public static Operand triu(Operand a, long k) {
        return masked("triu", ElementOp.GREATER_EQUAL, a, k);
    }

    private static Operand masked(String name, ElementOp comparison, Operand a, long k) {
        long[] shape = a.shape();
        if (shape.length < 2 || !Shapes.isKnown(shape)) {
            throw new ShapeException(
                    name
                            + " wants a tensor of rank 2 or more with known lengths, not "
                            + Shapes.text(shape));
        }
        Operand mask = diagonal(comparison, shape[shape.length - 2], shape[shape.length - 1], k);
        return Elementwise.where(mask, a, Promotion.scalar(a.dtype(), 0));
    }

    /**
     * Of a vector the matrix with it on diagonal k and zeros elsewhere; of a matrix its diagonal k.
     */
    public static Operand diag(Operand a, long k) {
        if (!Shapes.isKnown(a.shape()) || a.rank() < 1 || a.rank() > 2) {
            throw new ShapeException(
                    "diag wants rank 1 or 2 with known lengths, not " + Shapes.text(a.shape()));
        }
        return a.rank() == 1 ? ontoDiagonal(a, k) : ofDiagonal(a, k);
    }

    private static Operand ontoDiagonal(Operand vector, long k) {
        long shift = Math.abs(k);
        long length = vector.shape()[0] + shift;
        Operand zeros = full(vector.dtype(), 0L, shift);
        Operand padded =
                new Operand(new Op.Concat(0), vector.dtype(), new long[] {length}, vector, zeros);
        // above the diagonal the row says which element, below it the column
        boolean byRow = k >= 0;
        long[] shape = byRow ? new long[] {length, 1} : new long[] {1, length};
        int[] source = byRow ? new int[] {0, -1} : new int[] {-1, 0};
        long[] step = byRow ? new long[] {1, 0} : new long[] {0, 1};
        Operand oriented =
                new Operand(
                        new Op.Viewed(new View(source, step, new long[1])),
                        vector.dtype(),
                        shape,
                        padded);
        return Elementwise.where(
                diagonal(ElementOp.EQUAL, length, length, k),
                oriented,
                Promotion.scalar(vector.dtype(), 0));
    }

    private static Operand ofDiagonal(Operand matrix, long k) {
        long rows = matrix.shape()[0];
        long columns = matrix.shape()[1];
        long length = Math.max(0, Math.min(rows - Math.max(-k, 0), columns - Math.max(k, 0)));
        Operand flat =
                new Operand(new Op.Reshape(), matrix.dtype(), new long[] {rows * columns}, matrix);
        long offset = length == 0 ? 0 : k >= 0 ? k : -k * columns;
        var view = new View(new int[] {0}, new long[] {columns + 1}, new long[] {offset});
        return new Operand(new Op.Viewed(view), matrix.dtype(), new long[] {length}, flat);
    }

    // ---- grids

    /**
     * Each of the vectors along its own axis of a common grid; with {@code xy} the first two axes
     * are swapped, as NumPy does.
     */
    public static Operand[] meshgrid(boolean xy, Operand... vectors) {
        int rank = vectors.length;
        int[] axes = new int[rank];
        long[] shape = new long[rank];
        for (int i = 0; i < rank; i++) {
            if (vectors[i].rank() > 1) {
                throw new ShapeException(
                        "meshgrid wants vectors, not shape " + Shapes.text(vectors[i].shape()));
            }
            axes[i] = xy && rank > 1 && i < 2 ? 1 - i : i;
            shape[axes[i]] = vectors[i].rank() == 0 ? 1 : vectors[i].shape()[0];
        }
        Operand[] grids = new Operand[rank];
        for (int i = 0; i < rank; i++) {
            int[] source = new int[rank];
            long[] step = new long[rank];
            Arrays.fill(source, -1);
            if (vectors[i].rank() == 1) {
                source[axes[i]] = 0;
                step[axes[i]] = 1;
            }
            var view = new View(source, step, new long[vectors[i].rank()]);
            grids[i] =
                    new Operand(new Op.Viewed(view), vectors[i].dtype(), shape.clone(), vectors[i]);
        }
        return grids;
    }

    /** The index along each axis of a grid, int64, each of the grid's shape. */
    public static Operand[] indexGrids(long... shape) {
        Operand[] grids = new Operand[shape.length];
        for (int axis = 0; axis < shape.length; axis++) {
            grids[axis] = broadcast(index(shape[axis], axis, shape.length), shape.clone());
        }
        return grids;
    }

    /** {@link #indexGrids} stacked along a new first axis. */
    public static Operand indices(long... shape) {
        long[] stacked = new long[shape.length + 1];
        stacked[0] = shape.length;
        System.arraycopy(shape, 0, stacked, 1, shape.length);
        if (shape.length == 0) {
            return full(INT64, 0L, stacked);
        }
        long[] layer = stacked.clone();
        layer[0] = 1;
        Operand[] layers = new Operand[shape.length];
        for (int axis = 0; axis < shape.length; axis++) {
            layers[axis] = broadcast(index(shape[axis], axis, shape.length), layer.clone());
        }
        return new Operand(new Op.Concat(0), INT64, stacked, layers);
    }
}
