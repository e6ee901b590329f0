package io.tharsis.engine.graph;

import io.tharsis.ShapeException;

import java.util.Arrays;

/**
 * Arithmetic on shapes. Arrays passed in are never modified; arrays answered belong to the caller.
 */
public final class Shapes {
    /** The length of an axis that only a run can tell. */
    public static final long UNKNOWN = -1;

    public static final long[] SCALAR = {};

    private Shapes() {}

    /**
     * The number of elements; throws {@link ShapeException} if it does not fit a long, or a length
     * is negative.
     */
    public static long size(long... shape) {
        long size = 1;
        boolean empty = false;
        for (long length : shape) {
            if (length < 0) {
                throw new ShapeException(
                        "shape " + Arrays.toString(shape) + " has the negative length " + length);
            }
            empty |= length == 0;
        }
        if (empty) {
            return 0;
        }
        for (long length : shape) {
            try {
                size = Math.multiplyExact(size, length);
            } catch (ArithmeticException _) {
                throw new ShapeException(
                        "shape " + text(shape) + " has more elements than a long can count");
            }
        }
        return size;
    }

    public static boolean isKnown(long[] shape) {
        for (long length : shape) {
            if (length == UNKNOWN) {
                return false;
            }
        }
        return true;
    }

    /**
     * NumPy's broadcasting: shapes are aligned at their last axes, and lengths must be equal or 1.
     * An unknown length goes with 1 and with an unknown or known length (checked when run).
     */
    public static long[] broadcast(long[] a, long[] b) {
        if (Arrays.equals(a, b)) {
            return a.clone();
        }
        long[] result = new long[Math.max(a.length, b.length)];
        for (int i = 1; i <= result.length; i++) {
            long x = i <= a.length ? a[a.length - i] : 1;
            long y = i <= b.length ? b[b.length - i] : 1;
            if (x != y && x != 1 && y != 1 && x != UNKNOWN && y != UNKNOWN) {
                throw new ShapeException(
                        "shapes "
                                + text(a)
                                + " and "
                                + text(b)
                                + " do not broadcast: axis -"
                                + i
                                + " has lengths "
                                + x
                                + " and "
                                + y);
            }
            if (x == 1) {
                result[result.length - i] = y;
            } else if (y == 1 || y == UNKNOWN) {
                result[result.length - i] = x;
            } else {
                result[result.length - i] = y;
            }
        }
        return result;
    }

    /**
     * {@code axis} counted from the front; throws {@link ShapeException} naming the shape if it is
     * out of range.
     */
    public static int axis(int axis, long[] shape) {
        int rank = shape.length;
        if (axis < -rank || axis >= rank) {
            throw new ShapeException(
                    "axis "
                            + axis
                            + " is out of range for shape "
                            + text(shape)
                            + " of rank "
                            + rank);
        }
        return axis < 0 ? axis + rank : axis;
    }

    /** Row-major strides in elements. */
    public static long[] strides(long[] shape) {
        long[] strides = new long[shape.length];
        long step = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= Math.max(shape[i], 1);
        }
        return strides;
    }

    /**
     * As NumPy writes it: {@code (2, 3)}, {@code (5,)}, {@code ()}; an unknown length is {@code ?}.
     */
    public static String text(long... shape) {
        var text = new StringBuilder("(");
        for (int i = 0; i < shape.length; i++) {
            text.append(i > 0 ? ", " : "")
                    .append(shape[i] == UNKNOWN ? "?" : Long.toString(shape[i]));
        }
        return text.append(shape.length == 1 ? ",)" : ")").toString();
    }
}
