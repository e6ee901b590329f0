package io.tharsis.kernels.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.kernels.ir.Lane;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * F64 functions against exact results by mpmath; {@code src/test/python/math_goldens.py} makes and
 * describes the file.
 */
class MathGoldenTest {
    /** Exact result = nearest + ulps * ulp(nearest). */
    record Golden(MathBounds function, double[][] arguments, double[] nearest, float[] ulps) {
        @Override
        public String toString() {
            return function.name().toLowerCase(Locale.ROOT);
        }
    }

    static List<Golden> goldens() throws IOException {
        List<Golden> result = new ArrayList<>();
        try (var in =
                new DataInputStream(
                        new BufferedInputStream(
                                new GZIPInputStream(
                                        MathGoldenTest.class.getResourceAsStream(
                                                "math_goldens.bin.gz"))))) {
            while (true) {
                in.mark(1);
                if (in.read() < 0) {
                    return result;
                }
                in.reset();
                MathBounds function = MathBounds.valueOf(in.readUTF().toUpperCase(Locale.ROOT));
                double[][] arguments = new double[in.readInt()][];
                int n = in.readInt();
                for (int a = 0; a < arguments.length; a++) {
                    arguments[a] = new double[n];
                }
                var golden = new Golden(function, arguments, new double[n], new float[n]);
                for (int i = 0; i < n; i++) {
                    for (double[] argument : arguments) {
                        argument[i] = in.readDouble();
                    }
                    golden.nearest[i] = in.readDouble();
                    golden.ulps[i] = in.readFloat();
                }
                result.add(golden);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void shouldStayWithinItsBoundOfTheExactResult(Golden golden) {
        double[] actual = MathPrograms.f64(golden.function, golden.arguments);
        double worst = 0;
        String where = "";
        for (int i = 0; i < actual.length; i++) {
            double error = error(golden, i, actual[i]);
            if (error > worst) {
                worst = error;
                where = describe(golden, i, actual[i]);
            }
        }
        System.out.printf(
                "%-10s F64 over %5d goldens: %.4f ulp%s%n", golden, actual.length, worst, where);
        assertTrue(
                worst <= golden.function.maxUlps(Lane.F64), golden + ": " + worst + " ulp" + where);
    }

    private static double error(Golden golden, int i, double actual) {
        double nearest = golden.nearest[i];
        if (Double.isNaN(nearest)
                || Double.isInfinite(nearest)
                || nearest == 0 && golden.ulps[i] == 0) {
            assertEquals(nearest, actual, describe(golden, i, actual));
            return 0;
        }
        if (actual == 0) {
            assertEquals(
                    Math.copySign(1, nearest),
                    Math.copySign(1, actual),
                    describe(golden, i, actual));
        }
        double unit = Math.ulp(nearest);
        if (golden.function == MathBounds.LOGADDEXP) {
            double scale =
                    Math.max(Math.abs(golden.arguments[0][i]), Math.abs(golden.arguments[1][i]));
            unit = Math.max(unit, Math.ulp(scale));
        }
        // the difference of near doubles is exact, its quotient by a power of 2 too
        return Math.abs((actual - nearest) / unit - golden.ulps[i] * (Math.ulp(nearest) / unit));
    }

    private static String describe(Golden golden, int i, double actual) {
        StringBuilder text = new StringBuilder(" at ");
        for (double[] argument : golden.arguments) {
            text.append(Double.toHexString(argument[i])).append(' ');
        }
        return text.append("expected ")
                .append(golden.nearest[i])
                .append(" got ")
                .append(actual)
                .toString();
    }
}
