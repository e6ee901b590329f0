package io.tharsis.engine.functions;

import io.tharsis.ShapeException;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.storage.ChunkGrid;

import java.util.Arrays;

/**
 * Functions that move elements without changing them, one tensor to one tensor: other shapes,
 * orders and lengths. Whatever an affine map can express is a view, which costs nothing; views of
 * views are one view.
 *
 * <p>Shapes must be known; {@link ShapeException} otherwise, and for axes or lengths that do not
 * fit.
 */
public final class Shaping {
    private Shaping() {}

    /**
     * The same elements in row-major order under {@code shape}, of which one length may be -1:
     * whatever is left.
     */
    public static Operand reshape(Operand x, long... shape) {
        Require.knownShape("reshape", x);
        long[] target = inferLength(x.shape(), shape);
        if (Arrays.equals(target, x.shape())) {
            return x;
        }
        Operand origin = Views.sameOrder(x);
        if (Arrays.equals(target, origin.shape())) {
            return origin;
        }
        if (Arrays.equals(Views.withoutUnits(target), Views.withoutUnits(origin.shape()))) {
            return Views.unitAxes(origin, target);
        }
        Op made = origin.op();
        if (made instanceof Op.Fill || made instanceof Op.Iota || made instanceof Op.RandomBits) {
            return new Operand(made, origin.dtype(), target);
        }
        return new Operand(new Op.Reshape(), origin.dtype(), target, origin);
    }

    private static long[] inferLength(long[] from, long[] to) {
        long[] target = to.clone();
        int inferred = -1;
        for (int i = 0; i < to.length; i++) {
            if (to[i] == -1) {
                if (inferred >= 0) {
                    throw new ShapeException(
                            "reshape to " + Arrays.toString(to) + ": only one length can be -1");
                }
                inferred = i;
                target[i] = 1;
            } else if (to[i] < 0) {
                throw new ShapeException(
                        "reshape to " + Arrays.toString(to) + ": length " + to[i] + " is negative");
            }
        }
        long size = Shapes.size(from);
        long others = Shapes.size(target);
        boolean fits = inferred < 0 ? others == size : others != 0 && size % others == 0;
        if (!fits) {
            throw new ShapeException(
                    "cannot reshape "
                            + Shapes.text(from)
                            + " of "
                            + size
                            + " elements to "
                            + Arrays.toString(to)
                            + (inferred < 0
                                    ? " of " + others + " elements"
                                    : ": " + size + " is not a multiple of " + others));
        }
        if (inferred >= 0) {
            target[inferred] = size / others;
        }
        return target;
    }

    /** All elements along one axis. */
    public static Operand ravel(Operand x) {
        return reshape(x, Shapes.size(known("ravel", x)));
    }

    /** Axes in reverse order. */
    public static Operand transpose(Operand x) {
        known("transpose", x);
        int[] order = new int[x.rank()];
        Arrays.setAll(order, k -> x.rank() - 1 - k);
        return Views.permute(x, order);
    }

    /** Result axis k is axis {@code axes[k]} of {@code x}; every axis once. */
    public static Operand permute(Operand x, int... axes) {
        long[] shape = known("permute", x);
        if (axes.length != shape.length) {
            throw new ShapeException(
                    "permute: "
                            + Arrays.toString(axes)
                            + " does not name every axis of shape "
                            + Shapes.text(shape));
        }
        return Views.permute(x, Require.axes("permute", axes, shape));
    }

    public static Operand swapaxes(Operand x, int a, int b) {
        long[] shape = known("swapaxes", x);
        int[] order = new int[shape.length];
        Arrays.setAll(order, k -> k);
        order[Shapes.axis(a, shape)] = Shapes.axis(b, shape);
        order[Shapes.axis(b, shape)] = Shapes.axis(a, shape);
        return Views.permute(x, order);
    }

    /** Axes {@code source[i]} become axes {@code destination[i]}; the others keep their order. */
    public static Operand moveaxis(Operand x, int[] source, int[] destination) {
        long[] shape = known("moveaxis", x);
        if (source.length != destination.length) {
            throw new ShapeException(
                    "moveaxis: "
                            + source.length
                            + " source axes and "
                            + destination.length
                            + " destinations");
        }
        int[] from = Require.axes("moveaxis", source, shape);
        int[] to = Require.axes("moveaxis", destination, shape);
        int[] order = new int[shape.length];
        Arrays.fill(order, -1);
        boolean[] moved = new boolean[shape.length];
        for (int i = 0; i < from.length; i++) {
            order[to[i]] = from[i];
            moved[from[i]] = true;
        }
        int next = 0;
        for (int k = 0; k < order.length; k++) {
            if (order[k] < 0) {
                while (moved[next]) {
                    next++;
                }
                order[k] = next++;
            }
        }
        return Views.permute(x, order);
    }

    public static Operand moveaxis(Operand x, int source, int destination) {
        return moveaxis(x, new int[] {source}, new int[] {destination});
    }

    /** New axes of length 1 at {@code axes}, counted in the result. */
    public static Operand expandDims(Operand x, int... axes) {
        long[] shape = known("expandDims", x);
        long[] result = new long[shape.length + axes.length];
        for (int axis : axes) {
            if (axis < -result.length || axis >= result.length) {
                throw new ShapeException(
                        "expandDims: axis "
                                + axis
                                + " is out of range for the result, which has the axes of shape "
                                + Shapes.text(shape)
                                + " and "
                                + axes.length
                                + " more");
            }
        }
        Arrays.fill(result, Shapes.UNKNOWN);
        for (int axis : Require.axes("expandDims", axes, result)) {
            result[axis] = 1;
        }
        int next = 0;
        for (int k = 0; k < result.length; k++) {
            if (result[k] == Shapes.UNKNOWN) {
                result[k] = shape[next++];
            }
        }
        return Views.unitAxes(x, result);
    }

    /**
     * Without the axes named, which must have length 1; without all axes of length 1 if none is
     * named.
     */
    public static Operand squeeze(Operand x, int... axes) {
        long[] shape = known("squeeze", x);
        if (axes.length == 0) {
            return Views.unitAxes(x, Views.withoutUnits(shape));
        }
        boolean[] dropped = new boolean[shape.length];
        for (int axis : Require.axes("squeeze", axes, shape)) {
            if (shape[axis] != 1) {
                throw new ShapeException(
                        "squeeze: axis "
                                + axis
                                + " of shape "
                                + Shapes.text(shape)
                                + " has length "
                                + shape[axis]
                                + "; only axes of length 1 can be dropped");
            }
            dropped[axis] = true;
        }
        long[] kept = new long[shape.length - axes.length];
        int next = 0;
        for (int k = 0; k < shape.length; k++) {
            if (!dropped[k]) {
                kept[next++] = shape[k];
            }
        }
        return Views.unitAxes(x, kept);
    }

    /** NumPy's broadcast: new axes in front, axes of length 1 repeated. */
    public static Operand broadcastTo(Operand x, long... shape) {
        long[] from = known("broadcastTo", x);
        long size = Shapes.size(shape);
        if (shape.length < from.length || !Arrays.equals(Shapes.broadcast(from, shape), shape)) {
            throw new ShapeException(
                    "cannot broadcast "
                            + Shapes.text(from)
                            + " to "
                            + Shapes.text(shape)
                            + " of "
                            + size
                            + " elements");
        }
        return Views.broadcast(x, shape.clone());
    }

    /** Axes walked backwards; all axes if none is named. */
    public static Operand flip(Operand x, int... axes) {
        long[] shape = known("flip", x);
        boolean[] flipped = new boolean[shape.length];
        Arrays.fill(flipped, axes.length == 0);
        for (int axis : Require.axes("flip", axes, shape)) {
            flipped[axis] = true;
        }
        Operand result = x;
        for (int axis = 0; axis < shape.length; axis++) {
            if (flipped[axis]) {
                result = Views.walk(result, axis, shape[axis] - 1, -1, shape[axis]);
            }
        }
        return result;
    }

    /**
     * Elements in row-major order move {@code shift} places on; those that leave the end come in at
     * the front.
     */
    public static Operand roll(Operand x, long shift) {
        long[] shape = known("roll", x);
        return reshape(roll(ravel(x), shift, 0), shape);
    }

    /**
     * Elements move {@code shift} places along {@code axis}; those that leave the end come in at
     * the front.
     */
    public static Operand roll(Operand x, long shift, int axis) {
        long[] shape = known("roll", x);
        int along = Shapes.axis(axis, shape);
        long length = shape[along];
        long tail = length == 0 ? 0 : Math.floorMod(shift, length);
        if (tail == 0) {
            return x;
        }
        return Joining.concatenate(
                along,
                Views.walk(x, along, length - tail, 1, tail),
                Views.walk(x, along, 0, 1, length - tail));
    }

    /** Each axis shifted by its own distance; an axis named twice moves by the sum. */
    public static Operand roll(Operand x, long[] shifts, int[] axes) {
        if (shifts.length != axes.length) {
            throw new ShapeException(
                    "roll: " + shifts.length + " shifts for " + axes.length + " axes");
        }
        Operand result = x;
        for (int i = 0; i < axes.length; i++) {
            result = roll(result, shifts[i], axes[i]);
        }
        return result;
    }

    /**
     * The whole of {@code x} laid out {@code repeats[k]} times along axis k; the shorter of shape
     * and repeats gets 1s in front.
     */
    public static Operand tile(Operand x, long... repeats) {
        long[] shape = known("tile", x);
        int rank = Math.max(shape.length, repeats.length);
        long[] split = new long[2 * rank];
        long[] repeated = new long[2 * rank];
        long[] result = new long[rank];
        for (int k = 0; k < rank; k++) {
            int axis = k - (rank - shape.length);
            int i = k - (rank - repeats.length);
            long count = i < 0 ? 1 : notNegative("tile", repeats[i]);
            split[2 * k] = 1;
            repeated[2 * k] = count;
            split[2 * k + 1] = repeated[2 * k + 1] = axis < 0 ? 1 : shape[axis];
            result[k] = Shapes.size(count, repeated[2 * k + 1]);
        }
        Shapes.size(result);
        return reshape(broadcastTo(Views.unitAxes(x, split), repeated), result);
    }

    /** Each element {@code count} times in a row, in row-major order. */
    public static Operand repeat(Operand x, long count) {
        known("repeat", x);
        return repeat(ravel(x), count, 0);
    }

    /** Each position of {@code axis} {@code count} times in a row. */
    public static Operand repeat(Operand x, long count, int axis) {
        long[] shape = known("repeat", x);
        int along = Shapes.axis(axis, shape);
        notNegative("repeat", count);
        long[] expanded = new long[shape.length + 1];
        System.arraycopy(shape, 0, expanded, 0, along + 1);
        System.arraycopy(shape, along + 1, expanded, along + 2, shape.length - along - 1);
        expanded[along + 1] = 1;
        long[] repeated = expanded.clone();
        repeated[along + 1] = count;
        long[] result = shape.clone();
        result[along] = Shapes.size(shape[along], count);
        Shapes.size(result);
        return reshape(broadcastTo(Views.unitAxes(x, expanded), repeated), result);
    }

    /** Position i of {@code axis} {@code counts[i]} times in a row. */
    public static Operand repeat(Operand x, long[] counts, int axis) {
        long[] shape = known("repeat", x);
        int along = Shapes.axis(axis, shape);
        if (counts.length == 1) {
            return repeat(x, counts[0], along);
        }
        if (counts.length != shape[along]) {
            throw new ShapeException(
                    "repeat: "
                            + counts.length
                            + " counts for axis "
                            + along
                            + " of shape "
                            + Shapes.text(shape)
                            + ", which has length "
                            + shape[along]);
        }
        long[] ends = new long[counts.length];
        long end = 0;
        for (int i = 0; i < counts.length; i++) {
            end = Math.addExact(end, notNegative("repeat", counts[i]));
            ends[i] = end;
        }
        return Indexing.take(x, Positions.repeated(ends), along);
    }

    /**
     * Elements of {@code x}, cut into chunks of at most {@code lengths} along each axis (0 or less
     * leaves an axis whole).
     */
    public static Operand rechunk(Operand x, long... lengths) {
        return rechunk(x, ChunkGrid.regular(known("rechunk", x), lengths));
    }

    /** Elements of {@code x}, cut along {@code grid}. */
    public static Operand rechunk(Operand x, ChunkGrid grid) {
        long[] shape = known("rechunk", x);
        if (!Arrays.equals(grid.shape(), shape)) {
            throw new ShapeException(
                    "rechunk: the grid cuts shape "
                            + Shapes.text(grid.shape())
                            + ", the tensor has "
                            + Shapes.text(shape));
        }
        return new Operand(new Op.Rechunk(grid), x.dtype(), shape, x);
    }

    private static long[] known(String function, Operand x) {
        Require.knownShape(function, x);
        return x.shape();
    }

    private static long notNegative(String function, long count) {
        if (count < 0) {
            throw new ShapeException(function + ": count " + count + " is negative");
        }
        return count;
    }
}
