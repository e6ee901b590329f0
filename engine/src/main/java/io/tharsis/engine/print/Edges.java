package io.tharsis.engine.print;

import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;

/** The part of a tensor that is printed. */
public final class Edges {
    /** More elements than this are abridged. */
    static final int THRESHOLD = 1000;

    /** Elements shown at either end of an abridged axis. */
    static final int COUNT = 3;

    private Edges() {}

    static boolean areAll(long[] shape) {
        return Shapes.size(shape) <= THRESHOLD;
    }

    /** True if an axis of this length loses its middle when abridged. */
    static boolean areCut(long length) {
        return length > 2 * COUNT;
    }

    /**
     * {@code a} itself if it is printed whole, else its corners: at most 6 elements along each
     * axis.
     */
    public static Operand of(Operand a) {
        if (areAll(a.shape())) {
            return a;
        }
        Operand result = a;
        for (int axis = 0; axis < a.rank(); axis++) {
            long length = a.shape()[axis];
            if (areCut(length)) {
                long[] shape = result.shape().clone();
                shape[axis] = 2 * COUNT;
                Operand first = slice(result, axis, 0);
                Operand last = slice(result, axis, length - COUNT);
                result = new Operand(new Op.Concat(axis), a.dtype(), shape, first, last);
            }
        }
        return result;
    }

    private static Operand slice(Operand a, int axis, long start) {
        View view = View.identity(a.rank());
        view.offset()[axis] = start;
        long[] shape = a.shape().clone();
        shape[axis] = COUNT;
        return new Operand(new Op.Viewed(view), a.dtype(), shape, a);
    }
}
