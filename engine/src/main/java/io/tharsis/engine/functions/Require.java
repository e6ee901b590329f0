package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.DTypeException;
import io.tharsis.ShapeException;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.util.Arrays;

/** Checks of arguments, on the caller's line. */
final class Require {
    private Require() {}

    /** Throws unless every length of {@code x} is known. */
    static void knownShape(String function, Operand x) {
        if (!Shapes.isKnown(x.shape())) {
            throw new ShapeException(
                    function
                            + " needs the shape of its argument, but a length of "
                            + Shapes.text(x.shape())
                            + " is known only when run; execute() it first");
        }
    }

    /**
     * {@code axes} counted from the front, in the given order; throws if one is out of range or
     * named twice.
     */
    static int[] axes(String function, int[] axes, long[] shape) {
        int[] result = new int[axes.length];
        boolean[] seen = new boolean[shape.length];
        for (int i = 0; i < axes.length; i++) {
            int axis = Shapes.axis(axes[i], shape);
            if (seen[axis]) {
                throw new ShapeException(
                        function
                                + ": axis "
                                + axis
                                + " of shape "
                                + Shapes.text(shape)
                                + " is named twice in "
                                + Arrays.toString(axes));
            }
            seen[axis] = true;
            result[i] = axis;
        }
        return result;
    }

    /** Throws unless {@code x} holds integers. */
    static void integers(String function, Operand x) {
        if (!x.dtype().isInteger()) {
            throw new DTypeException(
                    function + " wants indices of an integer dtype, got " + x.dtype());
        }
    }

    /** Throws unless {@code x} is of dtype bool. */
    static void bool(String function, Operand x) {
        if (x.dtype() != DType.BOOL) {
            throw new DTypeException(function + " wants a mask of dtype bool, got " + x.dtype());
        }
    }
}
