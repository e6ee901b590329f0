package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.engine.chunked.ArgExtreme;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

/** Where elements are: extremes, places in a sorted array, non-zeros. All positions are int64. */
public final class Searching {
    private Searching() {}

    /** The first largest element along {@code axis}, the first NaN if there is one; an empty axis is a ShapeException. */
    public static Operand argmax(Operand x, int axis, boolean keepDims) {
        return extreme(true, x, axis, keepDims);
    }

    /** The first largest of all elements, as a position in row-major order; rank 0. */
    public static Operand argmaxFlat(Operand x) {
        return argmax(Chunks.flat(x), 0, false);
    }

    /** The first smallest element along {@code axis}, the first NaN if there is one; an empty axis is a ShapeException. */
    public static Operand argmin(Operand x, int axis, boolean keepDims) {
        return extreme(false, x, axis, keepDims);
    }

    /** The first smallest of all elements, as a position in row-major order; rank 0. */
    public static Operand argminFlat(Operand x) {
        return argmin(Chunks.flat(x), 0, false);
    }

    private static Operand extreme(boolean largest, Operand x, int axis, boolean keepDims) {
        var function = new ArgExtreme(largest, Shapes.axis(axis, x.shape()));
        long[] shape = Chunks.withLength(x.shape(), function.axis(), 1);
        if (Shapes.isKnown(shape) && Shapes.size(shape) > 0) {
            function.requireElements(x.shape());
        }
        Operand result = Chunks.apply(function, DType.INT64, shape, x);
        return keepDims ? result : Chunks.dropAxis(result, function.axis());
    }
}
