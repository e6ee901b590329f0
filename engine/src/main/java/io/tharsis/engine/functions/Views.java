package io.tharsis.engine.functions;

import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;

import java.util.Arrays;

/**
 * Makes view operands, in the shortest form: a view of a view that is not stored is one view, a
 * view that changes nothing is its input, a view of a fill is a fill.
 */
final class Views {
    private Views() {}

    /**
     * {@code x} through {@code view}, which must stay inside {@code x} for every index of {@code
     * shape}.
     */
    static Operand of(Operand x, View view, long[] shape) {
        Operand.Lineage lineage = x.lineage();
        if (lineage.op() instanceof Op.Fill fill) {
            return new Operand(fill, x.dtype(), shape);
        }
        if (view.isIdentity() && Arrays.equals(shape, x.shape())) {
            return x;
        }
        if (lineage.op() instanceof Op.Viewed(View inner)) {
            return of(lineage.inputs()[0], view.compose(inner), shape);
        }
        return new Operand(new Op.Viewed(view), x.dtype(), shape, x);
    }

    /**
     * Positions {@code start}, {@code start + step}, ... of {@code axis}, {@code count} of them;
     * all of the other axes.
     */
    static Operand walk(Operand x, int axis, long start, long step, long count) {
        View all = View.identity(x.rank());
        all.offset()[axis] = count == 0 ? 0 : start;
        all.step()[axis] = count <= 1 ? 1 : step;
        long[] shape = x.shape().clone();
        shape[axis] = count;
        return of(x, all, shape);
    }

    /** Position {@code index} of {@code axis}, {@code count} times; all of the other axes. */
    static Operand repeatPosition(Operand x, int axis, long index, long count) {
        View all = View.identity(x.rank());
        all.source()[axis] = -1;
        all.step()[axis] = 0;
        all.offset()[axis] = index;
        long[] shape = x.shape().clone();
        shape[axis] = count;
        return of(x, all, shape);
    }

    /** Result axis k is axis {@code order[k]} of {@code x}. */
    static Operand permute(Operand x, int[] order) {
        View view = View.identity(x.rank());
        long[] shape = new long[order.length];
        for (int k = 0; k < order.length; k++) {
            view.source()[k] = order[k];
            shape[k] = x.shape()[order[k]];
        }
        return of(x, view, shape);
    }

    /** {@code x} broadcast to {@code shape}, which it must fit. */
    static Operand broadcast(Operand x, long[] shape) {
        return of(x, View.broadcast(x.shape(), shape), shape);
    }

    /**
     * {@code x} under {@code shape}, which has the same lengths but for axes of length 1 added or
     * removed.
     */
    static Operand unitAxes(Operand x, long[] shape) {
        int[] source = new int[shape.length];
        long[] step = new long[shape.length];
        int axis = 0;
        for (int k = 0; k < shape.length; k++) {
            source[k] = -1;
            if (shape[k] != 1) {
                while (x.shape()[axis] == 1) {
                    axis++;
                }
                source[k] = axis++;
                step[k] = 1;
            }
        }
        return of(x, new View(source, step, new long[x.rank()]), shape);
    }

    /** The lengths of {@code shape} other than 1. */
    static long[] withoutUnits(long[] shape) {
        return Arrays.stream(shape).filter(length -> length != 1).toArray();
    }

    /**
     * An operand with the elements of {@code x} in the same row-major order under maybe another
     * shape, as far up the graph as it can be found through reshapes and axes of length 1.
     */
    static Operand sameOrder(Operand x) {
        Operand origin = x;
        while (true) {
            Operand.Lineage made = origin.lineage();
            boolean keepsOrder =
                    made.op() instanceof Op.Reshape
                            || made.op() instanceof Op.Viewed(View view)
                                    && onlyUnits(view, made.inputs()[0].shape(), origin.shape());
            if (!keepsOrder) {
                return origin;
            }
            origin = made.inputs()[0];
        }
    }

    private static boolean onlyUnits(View view, long[] from, long[] to) {
        if (Shapes.size(from) != Shapes.size(to)
                || !Arrays.equals(withoutUnits(from), withoutUnits(to))) {
            return false;
        }
        int previous = -1;
        for (int k = 0; k < to.length; k++) {
            if (to[k] == 1) {
                continue;
            }
            if (view.source()[k] <= previous || view.step()[k] != 1) {
                return false;
            }
            previous = view.source()[k];
        }
        return Arrays.stream(view.offset()).allMatch(offset -> offset == 0);
    }
}
