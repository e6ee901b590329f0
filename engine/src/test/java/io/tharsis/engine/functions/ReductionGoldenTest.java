package io.tharsis.engine.functions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tharsis.DType;
import io.tharsis.DTypeException;
import io.tharsis.ShapeException;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.LongStream;

/** Reductions against NumPy; see reductions.py. */
class ReductionGoldenTest {
    @Test
    void shouldReduceAsNumPy() {
        Golden.lines("reductions.txt")
                .forEach(
                        line -> {
                            DType dtype = DType.valueOf(line[1].toUpperCase(Locale.ROOT));
                            Operand x =
                                    tensor(dtype, line[2].equals("nan"), Values.numbers(line[3]));
                            int[] axes = Values.ints(Values.numbers(line[4]));
                            boolean keepdims =
                                    Boolean.parseBoolean(line[5].toLowerCase(Locale.ROOT));
                            String what = String.join("|", line);
                            switch (line[6]) {
                                case "ValueError" ->
                                        assertThrows(
                                                ShapeException.class,
                                                () -> reduce(line[0], x, axes, keepdims),
                                                what);
                                case "TypeError" ->
                                        assertThrows(
                                                DTypeException.class,
                                                () -> reduce(line[0], x, axes, keepdims),
                                                what);
                                default -> check(reduce(line[0], x, axes, keepdims), line, what);
                            }
                        });
    }

    private static void check(Operand result, String[] line, String what) {
        assertEquals(line[6], result.dtype().numpyName(), what);
        assertArrayEquals(Values.numbers(line[7]), result.shape(), what);
        double[] expected =
                line[8].isEmpty()
                        ? new double[0]
                        : Arrays.stream(line[8].split(","))
                                .mapToDouble(ReductionGoldenTest::number)
                                .toArray();
        double[] found = Values.doublesOf(result);
        double tolerance = result.dtype() == DType.FLOAT32 ? 1e-6 : 1e-14;
        assertEquals(expected.length, found.length, what);
        for (int i = 0; i < expected.length; i++) {
            double bound = Math.abs(expected[i]) * tolerance;
            double e = expected[i];
            double f = found[i];
            boolean near = Double.isNaN(e) ? Double.isNaN(f) : e == f || Math.abs(e - f) <= bound;
            assertEquals(true, near, () -> what + " gave " + Arrays.toString(found));
        }
    }

    private static double number(String text) {
        return switch (text) {
            case "nan" -> Double.NaN;
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static Operand tensor(DType dtype, boolean withNan, long... shape) {
        long size = Shapes.size(shape);
        if (dtype.isFloat()) {
            double[] values =
                    LongStream.range(0, size)
                            .mapToDouble(
                                    i ->
                                            withNan && i % 5 == 1
                                                    ? Double.NaN
                                                    : (i * 7 % 11 - 3) * 1.25)
                            .toArray();
            return Elementwise.cast(Values.doubles(values, shape), dtype);
        }
        return Elementwise.cast(
                Values.longs(LongStream.range(0, size).map(i -> i * 7 % 11 - 3).toArray(), shape),
                dtype);
    }

    private static Operand weights(long... shape) {
        return Values.doubles(
                LongStream.range(0, Shapes.size(shape)).mapToDouble(i -> i % 4 + 1).toArray(),
                shape);
    }

    private static Operand reduce(String name, Operand x, int[] axes, boolean keepdims) {
        return switch (name) {
            case "sum" -> Reductions.sum(x, axes, keepdims);
            case "prod" -> Reductions.prod(x, axes, keepdims);
            case "min" -> Reductions.min(x, axes, keepdims);
            case "max" -> Reductions.max(x, axes, keepdims);
            case "ptp" -> Reductions.ptp(x, axes, keepdims);
            case "mean" -> Reductions.mean(x, axes, keepdims);
            case "var" -> Reductions.var(x, axes, keepdims, 0);
            case "std" -> Reductions.std(x, axes, keepdims, 0);
            case "var1" -> Reductions.var(x, axes, keepdims, 1);
            case "std2" -> Reductions.std(x, axes, keepdims, 2);
            case "any" -> Reductions.any(x, axes, keepdims);
            case "all" -> Reductions.all(x, axes, keepdims);
            case "countNonzero" -> Reductions.countNonzero(x, axes, keepdims);
            case "average" -> Reductions.average(x, weights(x.shape()), axes, keepdims);
            case "logSumExp" -> Reductions.logSumExp(x, axes, keepdims);
            case "nansum" -> NanReductions.nansum(x, axes, keepdims);
            case "nanprod" -> NanReductions.nanprod(x, axes, keepdims);
            case "nanmin" -> NanReductions.nanmin(x, axes, keepdims);
            case "nanmax" -> NanReductions.nanmax(x, axes, keepdims);
            case "nanmean" -> NanReductions.nanmean(x, axes, keepdims);
            case "nanvar" -> NanReductions.nanvar(x, axes, keepdims, 0);
            case "nanstd" -> NanReductions.nanstd(x, axes, keepdims, 0);
            case "nanvar1" -> NanReductions.nanvar(x, axes, keepdims, 1);
            default -> throw new AssertionError("no case for " + name);
        };
    }
}
