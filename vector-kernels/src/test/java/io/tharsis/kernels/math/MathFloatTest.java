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
 * F32 functions over floats spread evenly over all bit patterns, against doubles: {@link
 * StrictMath}'s, or our own tested F64.
 */
class MathFloatTest {
    private static final int BATCH = 1 << 16;

    @ParameterizedTest
    @EnumSource(MathBounds.class)
    void shouldStayWithinItsBoundOverAllExponents(MathBounds function) {
        check(function, 16_411);
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(MathBounds.class)
    void shouldStayWithinItsBoundDensely(MathBounds function) {
        check(function, 1021);
    }

    private static void check(MathBounds function, int stride) {
        long seed = 20_240_601;
        var random = new SplittableRandom(seed);
        float[] x = new float[BATCH];
        float[] y = new float[BATCH];
        double worst = 0;
        for (long pattern = 0; pattern < 1L << 32; ) {
            for (int i = 0; i < BATCH; i++, pattern += stride) {
                x[i] = Float.intBitsToFloat((int) pattern);
                // half of the second arguments are of like size, where the results are interesting
                y[i] =
                        random.nextBoolean()
                                ? Float.intBitsToFloat(random.nextInt())
                                : x[i] * (random.nextFloat() * 4 - 2);
            }
            worst = Math.max(worst, worst(function, x, y, seed));
        }
        System.out.printf("%-10s F32 every %d-th float: %.4f ulp%n", function, stride, worst);
    }

    private static double worst(MathBounds function, float[] x, float[] y, long seed) {
        float[] actual = MathPrograms.f32(function, x, y);
        double[] expected = expected(function, x, y);
        double worst = 0;
        for (int i = 0; i < BATCH; i++) {
            float rounded = (float) expected[i];
            String where =
                    function
                            + "("
                            + x[i]
                            + ", "
                            + y[i]
                            + ") should be "
                            + expected[i]
                            + " not "
                            + actual[i]
                            + ", seed "
                            + seed;
            if (Float.isNaN(rounded) || Float.isInfinite(rounded) || expected[i] == 0) {
                assertEquals(rounded, actual[i], where);
                continue;
            }
            double error = Math.abs(actual[i] - expected[i]) / Math.ulp(rounded);
            assertTrue(error <= function.maxUlps(Lane.F32), where + ": " + error + " ulp");
            worst = Math.max(worst, error);
        }
        return worst;
    }

    private static double[] expected(MathBounds function, float[] x, float[] y) {
        double[] wideX = new double[x.length];
        double[] wideY = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            wideX[i] = x[i];
            wideY[i] = y[i];
        }
        DoubleBinaryOperator known = known(function);
        if (known == null) {
            return MathPrograms.f64(function, wideX, wideY);
        }
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = known.applyAsDouble(wideX[i], wideY[i]);
        }
        return result;
    }

    /** The function in plain Java, or null. */
    static DoubleBinaryOperator known(MathBounds function) {
        return switch (function) {
            case EXP -> (x, _) -> StrictMath.exp(x);
            case EXPM1 -> (x, _) -> StrictMath.expm1(x);
            case LOG -> (x, _) -> StrictMath.log(x);
            case LOG10 -> (x, _) -> StrictMath.log10(x);
            case LOG1P -> (x, _) -> StrictMath.log1p(x);
            case SIN -> (x, _) -> StrictMath.sin(x);
            case COS -> (x, _) -> StrictMath.cos(x);
            case TAN -> (x, _) -> StrictMath.tan(x);
            case ASIN -> (x, _) -> StrictMath.asin(x);
            case ACOS -> (x, _) -> StrictMath.acos(x);
            case ATAN -> (x, _) -> StrictMath.atan(x);
            case SINH -> (x, _) -> StrictMath.sinh(x);
            case COSH -> (x, _) -> StrictMath.cosh(x);
            case TANH -> (x, _) -> StrictMath.tanh(x);
            case CBRT -> (x, _) -> StrictMath.cbrt(x);
            case ATAN2 -> StrictMath::atan2;
            case HYPOT -> StrictMath::hypot;
            case RINT -> (x, _) -> Math.rint(x);
            case FLOOR -> (x, _) -> Math.floor(x);
            case CEIL -> (x, _) -> Math.ceil(x);
            case TRUNC -> (x, _) -> x < 0 ? Math.ceil(x) : Math.floor(x);
            case FMOD -> (x, y) -> x % y;
            case COPYSIGN -> Math::copySign;
            case NEXTAFTER -> (x, y) -> Math.nextAfter((float) x, y);
            // Java makes 1^NaN NaN, so pow is not here
            case POW, EXP2, SIGMOID, LOG2, ASINH, ACOSH, ATANH, LOGADDEXP -> null;
        };
    }
}
