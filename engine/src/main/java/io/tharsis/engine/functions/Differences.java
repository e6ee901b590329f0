package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.Slice;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.util.Arrays;

/** Differences of neighbours. */
public final class Differences {
    private Differences() {}

    /**
     * Each element less the one before it along {@code axis}, {@code times} times; of bools whether
     * they differ.
     */
    public static Operand diff(Operand a, int times, int axis) {
        if (times < 0) {
            throw new ShapeException("diff wants to be taken 0 or more times, not " + times);
        }
        int along = Shapes.axis(axis, a.shape());
        Operand result = a;
        for (int i = 0; i < times; i++) {
            Operand later = Indexing.get(result, slices(along, Slice.from(1)));
            Operand earlier = Indexing.get(result, slices(along, Slice.to(-1)));
            result =
                    a.dtype() == DType.BOOL
                            ? Elementwise.notEqual(later, earlier)
                            : Elementwise.subtract(later, earlier);
        }
        return result;
    }

    private static Slice[] slices(int axis, Slice last) {
        Slice[] slices = new Slice[axis + 1];
        Arrays.fill(slices, Slice.all());
        slices[axis] = last;
        return slices;
    }
}
