package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.Slice;
import io.tharsis.engine.functions.indexing.Compress;
import io.tharsis.engine.functions.indexing.FillMasked;
import io.tharsis.engine.functions.indexing.LinearIndex;
import io.tharsis.engine.functions.indexing.LookUp;
import io.tharsis.engine.functions.indexing.Overlay;
import io.tharsis.engine.functions.indexing.Take;
import io.tharsis.engine.functions.indexing.TakeAlong;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Picking elements and setting some of them. Nothing is changed in place: a set answers a new
 * tensor.
 *
 * <p>Shapes must be known; {@link ShapeException} otherwise, and for indices, masks and values that
 * do not fit. What only a run can tell (an element of an index tensor out of range) is thrown, as
 * the same type, by the run.
 */
public final class Indexing {
    private Indexing() {}

    /** {@code x[slices]}; a view. */
    public static Operand get(Operand x, Slice... slices) {
        Require.knownShape("get", x);
        Selection selection = Selection.of(x.shape(), slices);
        return Views.of(x, selection.view(), selection.shape());
    }

    /**
     * {@code x[mask]}: the parts of x where the mask, over all axes of x or the leading ones, is
     * true, along one axis in row-major order. How many is known when run.
     */
    public static Operand mask(Operand x, Operand mask) {
        requireMask(x, mask);
        long[] shape = new long[x.rank() - mask.rank() + 1];
        shape[0] = Shapes.UNKNOWN;
        System.arraycopy(x.shape(), mask.rank(), shape, 1, shape.length - 1);
        return new Operand(new Op.Chunked(new Compress()), x.dtype(), shape, x, mask);
    }

    private static void requireMask(Operand x, Operand mask) {
        Require.knownShape("mask", x);
        Require.knownShape("mask", mask);
        Require.bool("mask", mask);
        if (mask.rank() > x.rank()
                || !Arrays.equals(mask.shape(), Arrays.copyOf(x.shape(), mask.rank()))) {
            throw new ShapeException(
                    "mask of shape "
                            + Shapes.text(mask.shape())
                            + " does not fit a tensor of shape "
                            + Shapes.text(x.shape())
                            + "; it must have the same lengths along the same or the leading axes");
        }
    }

    /** Elements of x in row-major order by number; the result has the shape of {@code indices}. */
    public static Operand take(Operand x, Operand indices) {
        return take(Shaping.ravel(x), indices, 0);
    }

    /**
     * Positions {@code indices} of {@code axis}, whose place the axes of {@code indices} take;
     * negative ones count from the end.
     */
    public static Operand take(Operand x, Operand indices, int axis) {
        Require.knownShape("take", x);
        Operand numbers = numbers("take", indices);
        int along = Shapes.axis(axis, x.shape());
        if (x.rank() == 1) {
            return new Operand(
                    new Op.Chunked(new LookUp()), x.dtype(), indices.shape(), numbers, x);
        }
        Operand line = Shaping.ravel(numbers);
        long[] taken = x.shape().clone();
        taken[along] = line.shape()[0];
        Shapes.size(taken);
        Operand result = new Operand(new Op.Chunked(new Take(along)), x.dtype(), taken, x, line);
        return Shaping.reshape(result, splice(taken, along, along + 1, indices.shape()));
    }

    private static Operand numbers(String function, Operand indices) {
        Require.integers(function, indices);
        Require.knownShape(function, indices);
        return Elementwise.cast(indices, DType.INT64);
    }

    /**
     * {@code shape} with {@code middle} in place of its axes {@code from} (inclusive) to {@code to}
     * (exclusive).
     */
    private static long[] splice(long[] shape, int from, int to, long[] middle) {
        long[] result = new long[shape.length - (to - from) + middle.length];
        System.arraycopy(shape, 0, result, 0, from);
        System.arraycopy(middle, 0, result, from, middle.length);
        System.arraycopy(shape, to, result, from + middle.length, shape.length - to);
        return result;
    }

    /**
     * For each place the element of x at this place, but at position {@code indices} of {@code
     * axis}; other axes broadcast.
     */
    public static Operand takeAlongAxis(Operand x, Operand indices, int axis) {
        Require.knownShape("takeAlongAxis", x);
        Operand numbers = numbers("takeAlongAxis", indices);
        if (x.rank() != indices.rank()) {
            throw new ShapeException(
                    "takeAlongAxis: indices of shape "
                            + Shapes.text(indices.shape())
                            + " and a tensor of shape "
                            + Shapes.text(x.shape())
                            + " must have the same rank");
        }
        int along = Shapes.axis(axis, x.shape());
        long[] from = x.shape().clone();
        long[] to = indices.shape().clone();
        from[along] = to[along] = 1;
        long[] common = Shapes.broadcast(from, to);
        from = common.clone();
        from[along] = x.shape()[along];
        to = common;
        to[along] = indices.shape()[along];
        return new Operand(
                new Op.Chunked(new TakeAlong(along)),
                x.dtype(),
                to,
                Views.broadcast(numbers, to),
                Views.broadcast(x, from));
    }

    /**
     * {@code x[i, j, ...]} with a tensor of indices for each of the leading axes; they broadcast
     * together.
     */
    public static Operand gather(Operand x, Operand... indices) {
        int[] axes = new int[indices.length];
        Arrays.setAll(axes, k -> k);
        return gather(x, axes, indices);
    }

    /**
     * {@code x[..., i, ..., j, ...]} with a tensor of indices for each of {@code axes}, in
     * increasing order, and whole axes elsewhere. The indices broadcast together. Their axes stand
     * in the place of {@code axes} if these are neighbours, else in front.
     */
    public static Operand gather(Operand x, int[] axes, Operand... indices) {
        Require.knownShape("gather", x);
        if (axes.length != indices.length || axes.length == 0 || axes.length > x.rank()) {
            throw new ShapeException(
                    "gather: "
                            + indices.length
                            + " index tensors for "
                            + axes.length
                            + " axes of shape "
                            + Shapes.text(x.shape()));
        }
        int[] chosen = Require.axes("gather", axes, x.shape());
        int first = chosen[0];
        for (int i = 1; i < chosen.length; i++) {
            if (chosen[i] < chosen[i - 1]) {
                throw new ShapeException(
                        "gather: axes " + Arrays.toString(axes) + " must be in increasing order");
            }
        }
        if (chosen[chosen.length - 1] - first != chosen.length - 1) {
            int[] front = new int[chosen.length];
            Arrays.setAll(front, k -> k);
            return gather(Shaping.moveaxis(x, chosen, front), front, indices);
        }
        if (chosen.length == 1) {
            return take(x, indices[0], first);
        }
        int end = first + chosen.length;
        Operand linear = linearIndex(Arrays.copyOfRange(x.shape(), first, end), first, indices);
        long merged = Shapes.size(Arrays.copyOfRange(x.shape(), first, end));
        return take(
                Shaping.reshape(x, splice(x.shape(), first, end, new long[] {merged})),
                linear,
                first);
    }

    private static Operand linearIndex(long[] lengths, int firstAxis, Operand... indices) {
        long[] shape = Shapes.SCALAR;
        Operand[] numbers = new Operand[indices.length];
        for (int i = 0; i < indices.length; i++) {
            numbers[i] = numbers("gather", indices[i]);
            shape = Shapes.broadcast(shape, indices[i].shape());
        }
        numbers[0] = Views.broadcast(numbers[0], shape);
        return new Operand(
                new Op.Chunked(new LinearIndex(lengths, firstAxis)), DType.INT64, shape, numbers);
    }

    /**
     * x with {@code x[slices]} replaced by {@code value}, which broadcasts to it and is converted
     * to the dtype of x.
     */
    public static Operand set(Operand x, Slice[] slices, Operand value) {
        Require.knownShape("set", x);
        Require.knownShape("set", value);
        Selection selection = Selection.of(x.shape(), slices);
        Operand fitted = Elementwise.cast(fit(value, selection.shape()), x.dtype());
        if (Shapes.size(selection.shape()) == 0) {
            return x;
        }
        boolean isAll =
                selection.view().isIdentity() && Arrays.equals(selection.shape(), x.shape());
        if (isAll || x.rank() == 0) {
            return Shaping.reshape(Views.broadcast(fitted, selection.shape()), x.shape());
        }
        var overlay = new Overlay(walks(selection, x.rank()), selection.shape().length);
        return new Operand(new Op.Chunked(overlay), x.dtype(), x.shape(), x, fitted);
    }

    private static List<Overlay.Walk> walks(Selection selection, int rank) {
        View view = selection.view();
        List<Overlay.Walk> walks = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            walks.add(new Overlay.Walk(view.offset()[axis], 1, 1, -1));
        }
        for (int k = 0; k < selection.shape().length; k++) {
            int axis = view.source()[k];
            if (axis >= 0) {
                walks.set(
                        axis,
                        new Overlay.Walk(
                                view.offset()[axis], view.step()[k], selection.shape()[k], k));
            }
        }
        return walks;
    }

    /**
     * {@code value} without surplus leading axes of length 1, checked to broadcast to {@code
     * target}.
     */
    private static Operand fit(Operand value, long[] target) {
        long[] shape = value.shape();
        int surplus = 0;
        while (shape.length - surplus > target.length && shape[surplus] == 1) {
            surplus++;
        }
        long[] fitted = Arrays.copyOfRange(shape, surplus, shape.length);
        if (!broadcasts(fitted, target)) {
            throw new ShapeException(
                    "set: a value of shape "
                            + Shapes.text(shape)
                            + " does not broadcast to the selected shape "
                            + Shapes.text(target));
        }
        return Shaping.reshape(value, fitted);
    }

    private static boolean broadcasts(long[] from, long[] to) {
        boolean fits = from.length <= to.length;
        for (int i = 1; fits && i <= from.length; i++) {
            long length = from[from.length - i];
            fits = length == 1 || length == to[to.length - i];
        }
        return fits;
    }

    /**
     * x with the parts where the mask is true replaced. A value that broadcasts to one such part (a
     * scalar, say) replaces each of them; a value with one axis more holds one part for each true
     * element, in order.
     */
    public static Operand set(Operand x, Operand mask, Operand value) {
        requireMask(x, mask);
        Require.knownShape("set", value);
        long[] part = Arrays.copyOfRange(x.shape(), mask.rank(), x.rank());
        boolean isSequence =
                value.rank() > part.length && value.shape()[value.rank() - part.length - 1] != 1;
        if (!isSequence) {
            long[] spread = Arrays.copyOf(mask.shape(), x.rank());
            Arrays.fill(spread, mask.rank(), x.rank(), 1);
            Operand fitted = Elementwise.cast(fit(value, part), x.dtype());
            return Elementwise.where(Shaping.reshape(mask, spread), fitted, x);
        }
        long[] parts =
                splice(part, 0, 0, new long[] {value.shape()[value.rank() - part.length - 1]});
        Operand fitted = Elementwise.cast(Views.broadcast(fit(value, parts), parts), x.dtype());
        return new Operand(new Op.Chunked(new FillMasked()), x.dtype(), x.shape(), x, mask, fitted);
    }
}
