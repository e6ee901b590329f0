package io.tharsis.kernels.math;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tharsis.kernels.ScalarRun;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.ProgramBuilder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.function.DoublePredicate;
import java.util.function.ToIntBiFunction;

class FloatBitsTest {
    private static final double[] VALUES = {
        0.0,
        -0.0,
        1,
        -1,
        Double.NaN,
        Double.longBitsToDouble(-1L),
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        1e-320,
        -1e-320,
        1e300,
        -1e300,
        Trigonometry.LIMIT,
        -Trigonometry.LIMIT,
        Math.nextUp(Trigonometry.LIMIT)
    };

    @Test
    void shouldTellSignsAndClasses() {
        check(FloatBits::signbit, x -> Double.doubleToRawLongBits(x) < 0);
        check(FloatBits::isnan, Double::isNaN);
        check(FloatBits::isinf, Double::isInfinite);
        check(FloatBits::isfinite, Double::isFinite);
    }

    @ParameterizedTest
    @EnumSource(
            value = MathBounds.class,
            names = {"SIN", "COS", "TAN"})
    void shouldTakeTheRarePathForLargeFiniteArgumentsOnly(MathBounds function) {
        check(
                (b, x) -> ((Node.Rare) b.node(function.emit(b, x, x))).guard(),
                x -> Double.isFinite(x) && Math.abs(x) > Trigonometry.LIMIT);
    }

    private static void check(
            ToIntBiFunction<ProgramBuilder, Integer> test, DoublePredicate expected) {
        for (Lane lane : new Lane[] {Lane.F64, Lane.F32}) {
            var b = new ProgramBuilder();
            Format format = Format.valueOf(lane.name());
            b.store(test.applyAsInt(b, b.load(0, format, Access.CONTIGUOUS)), Format.BOOL);
            long[] bits = new long[VALUES.length];
            double[] values = new double[VALUES.length];
            for (int i = 0; i < bits.length; i++) {
                float single = (float) VALUES[i];
                values[i] = lane == Lane.F64 ? VALUES[i] : single;
                bits[i] =
                        lane == Lane.F64
                                ? Double.doubleToRawLongBits(VALUES[i])
                                : Float.floatToRawIntBits(single);
            }
            long[] actual = ScalarRun.run(b.build(), format, bits.length, new long[0], 0, bits);
            for (int i = 0; i < bits.length; i++) {
                assertEquals(expected.test(values[i]) ? 1 : 0, actual[i], lane + " " + values[i]);
            }
        }
    }
}
