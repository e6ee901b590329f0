package io.tharsis.engine.functions;

import io.tharsis.ShapeException;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.util.ArrayList;
import java.util.List;

/**
 * More elements around the edges of a tensor, axis after axis. {@code before[k]} and {@code
 * after[k]} are the numbers of positions added at the ends of axis k.
 *
 * <p>Shapes must be known; {@link ShapeException} otherwise, for negative widths and for as many
 * widths as the tensor has not axes.
 */
public final class Padding {
    private Padding() {}

    /** Padded with one element, {@code value}, converted to the dtype of {@code x}. */
    public static Operand constant(Operand x, long[] before, long[] after, Operand value) {
        check(x, before, after);
        if (Shapes.size(value.shape()) != 1) {
            throw new ShapeException(
                    "pad: the constant has shape "
                            + Shapes.text(value.shape())
                            + ", not one element");
        }
        Operand element = Elementwise.cast(Shaping.reshape(value), x.dtype());
        Operand result = x;
        for (int axis = 0; axis < x.rank(); axis++) {
            List<Operand> parts = new ArrayList<>();
            addBlock(parts, element, result, axis, before[axis]);
            parts.add(result);
            addBlock(parts, element, result, axis, after[axis]);
            result = Joining.concatenate(axis, parts.toArray(Operand[]::new));
        }
        return result;
    }

    private static void addBlock(
            List<Operand> parts, Operand element, Operand x, int axis, long width) {
        if (width > 0) {
            long[] shape = x.shape().clone();
            shape[axis] = width;
            parts.add(Shaping.broadcastTo(element, shape));
        }
    }

    /** Padded with the element at the edge. */
    public static Operand edge(Operand x, long[] before, long[] after) {
        check(x, before, after);
        Operand result = x;
        for (int axis = 0; axis < x.rank(); axis++) {
            if (before[axis] + after[axis] == 0) {
                continue;
            }
            long length = lengthToCopy(x, axis);
            result =
                    Joining.concatenate(
                            axis,
                            Views.repeatPosition(result, axis, 0, before[axis]),
                            result,
                            Views.repeatPosition(result, axis, length - 1, after[axis]));
        }
        return result;
    }

    /**
     * Padded with the elements mirrored at the edge, which itself is not repeated; a width beyond
     * the axis is mirrored again.
     */
    public static Operand reflect(Operand x, long[] before, long[] after) {
        check(x, before, after);
        Operand result = x;
        for (int axis = 0; axis < x.rank(); axis++) {
            if (before[axis] + after[axis] == 0) {
                continue;
            }
            long length = lengthToCopy(x, axis);
            if (before[axis] < length && after[axis] < length) {
                result =
                        Joining.concatenate(
                                axis,
                                Views.walk(result, axis, before[axis], -1, before[axis]),
                                result,
                                Views.walk(result, axis, length - 2, -1, after[axis]));
            } else {
                result =
                        Indexing.take(
                                result,
                                Positions.reflected(length, before[axis], after[axis]),
                                axis);
            }
        }
        return result;
    }

    private static long lengthToCopy(Operand x, int axis) {
        if (x.shape()[axis] == 0) {
            throw new ShapeException(
                    "pad: axis "
                            + axis
                            + " of shape "
                            + Shapes.text(x.shape())
                            + " is empty, so there is nothing to copy; pad it with a constant");
        }
        return x.shape()[axis];
    }

    private static void check(Operand x, long[] before, long[] after) {
        Require.knownShape("pad", x);
        if (before.length != x.rank() || after.length != x.rank()) {
            throw new ShapeException(
                    "pad: "
                            + before.length
                            + " widths before and "
                            + after.length
                            + " after for shape "
                            + Shapes.text(x.shape())
                            + " of rank "
                            + x.rank());
        }
        for (int axis = 0; axis < before.length; axis++) {
            if (before[axis] < 0 || after[axis] < 0) {
                throw new ShapeException(
                        "pad: widths "
                                + before[axis]
                                + " and "
                                + after[axis]
                                + " of axis "
                                + axis
                                + " must not be negative");
            }
        }
    }
}
