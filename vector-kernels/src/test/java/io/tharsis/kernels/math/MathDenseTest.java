package io.tharsis.kernels.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.kernels.ir.Lane;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;

/**
 * F64 functions against {@link StrictMath}, which is itself off by up to 1 ulp (cosh, sinh, tanh
 * 2.5), over many random arguments.
 */
class MathDenseTest {
    private static final int BATCH = 1 << 15;

    @ParameterizedTest
    @EnumSource(MathBounds.class)
    void shouldAgreeWithStrictMath(MathBounds function) {
        check(function, 4);
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(MathBounds.class)
    void shouldAgreeWithStrictMathDensely(MathBounds function) {
        check(function, 200);
    }

    private static void check(MathBounds function, int batches) {
        DoubleBinaryOperator known = MathFloatTest.known(function);
        if (known == null || function == MathBounds.NEXTAFTER) {
            return;
        }
        long seed = 31;
        var random = new SplittableRandom(seed);
        double[] x = new double[BATCH];
        double[] y = new double[BATCH];
        for (int batch = 0; batch < batches; batch++) {
            for (int i = 0; i < BATCH; i++) {
                x[i] = argument(random, i);
                y[i] = argument(random, i + i / 4);
            }
            double[] actual = MathPrograms.f64(function, x, y);
            for (int i = 0; i < BATCH; i++) {
                compare(function, x[i], y[i], known.applyAsDouble(x[i], y[i]), actual[i], seed);
            }
        }
    }

    private static double argument(SplittableRandom random, int i) {
        return switch (i & 3) {
            case 0 -> random.nextDouble(-10, 10);
            case 1 -> random.nextDouble(-1, 1);
            case 2 -> Math.scalb(random.nextDouble(-2, 2), random.nextInt(-60, 20));
            default -> Double.longBitsToDouble(random.nextLong());
        };
    }

    private static void compare(
            MathBounds function, double x, double y, double expected, double actual, long seed) {
        String where =
                function
                        + "("
                        + x
                        + ", "
                        + y
                        + ") should be "
                        + expected
                        + " not "
                        + actual
                        + ", seed "
                        + seed;
        boolean atLimit =
                Math.abs(expected) == Double.MAX_VALUE || Math.abs(actual) == Double.MAX_VALUE;
        if (Double.isNaN(expected)
                || Double.isInfinite(expected) && !atLimit
                || function.maxUlps(Lane.F64) == 0) {
            assertEquals(expected, actual, where);
            return;
        }
        double allowed =
                function.maxUlps(Lane.F64)
                        + switch (function) {
                            case SINH, COSH, TANH -> 2.5;
                            case ATAN2 -> 2;
                            default -> 1;
                        };
        assertTrue(Math.abs(actual - expected) / Math.ulp(expected) <= Math.ceil(allowed), where);
    }
}
