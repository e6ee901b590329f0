package io.tharsis.engine.functions;

import io.tharsis.ShapeException;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.util.Arrays;

/** Questions about whole tensors that are answered by one truth value. */
public final class Agreement {
    private static final int[] ALL_AXES = {};

    private Agreement() {}

    /** Whether all elements are {@link Elementwise#isclose close}; a 0-d bool. */
    public static Operand allclose(
            Operand a, Operand b, double rtol, double atol, boolean equalNan) {
        return Reductions.all(Elementwise.isclose(a, b, rtol, atol, equalNan), ALL_AXES, false);
    }

    /**
     * Whether shapes are the same and all elements are equal; with {@code equalNan} NaN equals NaN.
     */
    public static Operand arrayEqual(Operand a, Operand b, boolean equalNan) {
        if (!Shapes.isKnown(a.shape()) || !Shapes.isKnown(b.shape())) {
            throw new ShapeException(
                    "arrayEqual of shapes "
                            + Shapes.text(a.shape())
                            + " and "
                            + Shapes.text(b.shape())
                            + " wants them known; execute them first");
        }
        if (!Arrays.equals(a.shape(), b.shape())) {
            return Promotion.scalar(false);
        }
        Operand equal = Elementwise.equal(a, b);
        if (equalNan) {
            equal =
                    Elementwise.logicalOr(
                            equal,
                            Elementwise.logicalAnd(Elementwise.isnan(a), Elementwise.isnan(b)));
        }
        return Reductions.all(equal, ALL_AXES, false);
    }
}
