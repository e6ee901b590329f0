package io.tharsis.engine;

import static io.tharsis.DType.FLOAT32;
import static io.tharsis.DType.FLOAT64;

import io.tharsis.engine.functions.ArraySource;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.MathOp;
import io.tharsis.engine.functions.Mathematics;
import io.tharsis.engine.functions.Promotion;
import io.tharsis.engine.functions.Reductions;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.plan.GraphReader;
import io.tharsis.engine.plan.PlanGraph;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/**
 * Plans some common expressions for nobody, so that the classes of planning are loaded and linked
 * before somebody waits for a plan: a few hundredths of a second on the first expressions of a
 * young JVM. Nothing is run or kept.
 */
final class PlanWarmUp {
    private static final int LENGTH = 1000;

    private PlanWarmUp() {}

    /** The work in pieces, each a plan. */
    static List<Runnable> pieces(Consumer<PlanGraph> planner) {
        return List.of(
                () -> plan(planner, kept()),
                () -> plan(planner, sums()),
                () -> plan(planner, waves()));
    }

    private static void plan(Consumer<PlanGraph> planner, Operand root) {
        var reader = new GraphReader(List.of(root));
        try {
            planner.accept(reader.graph());
        } finally {
            reader.releaseHeld();
        }
    }

    private static Operand data() {
        var source =
                new ArraySource(
                        MemorySegment.ofArray(new double[LENGTH]),
                        new long[] {LENGTH},
                        Double.BYTES);
        return new Operand(new Op.Read(source), FLOAT64, new long[] {LENGTH});
    }

    private static Operand kept() {
        Operand x = data();
        Operand y = data();
        Operand half = Elementwise.divide(x, Promotion.scalar(FLOAT64, 2.0));
        return Elementwise.where(Elementwise.less(x, y), half, Elementwise.square(y));
    }

    private static Operand sums() {
        Operand x = data();
        Operand far = Elementwise.abs(Elementwise.subtract(x, Promotion.scalar(FLOAT64, 0.5)));
        return Elementwise.add(
                Reductions.mean(far, new int[] {0}, false),
                Reductions.countNonzero(Elementwise.greater(x, data()), new int[] {0}, false));
    }

    private static Operand waves() {
        Operand x = data();
        Operand wave =
                Elementwise.add(
                        Mathematics.unary(MathOp.SIN, x),
                        Mathematics.unary(MathOp.EXP, Elementwise.negative(x)));
        return Elementwise.cast(wave, FLOAT32);
    }
}
