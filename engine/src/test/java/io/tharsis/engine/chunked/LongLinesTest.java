package io.tharsis.engine.chunked;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.DType;
import io.tharsis.TharsisException;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

/** Lines around the sizes at which the algorithms change, against plain Java. */
class LongLinesTest {
    private static final long SEED = Long.getLong("tharsis.seed", System.nanoTime());
    private static final double[] SPECIAL = {
        Double.NaN, -0.0, 0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1, -1
    };

    private final Random random = new Random(SEED);

    static {
        System.out.println("LongLinesTest: -Dtharsis.seed=" + SEED);
    }

    static IntStream lengths() {
        int small = RunSort.SMALL;
        return IntStream.of(
                2, 39, 40, 41, 1000, small - 1, small, small + 1, 4 * small, 5 * small + 12345);
    }

    /** A third specials, a third small numbers, the rest anything. */
    private double[] values(int length) {
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] =
                    switch (random.nextInt(3)) {
                        case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
                        case 1 -> random.nextInt(-50, 50);
                        default -> (float) random.nextGaussian() * 1e6f;
                    };
        }
        return values;
    }

    private static Block block(DType dtype, double[] values, long... shape) {
        Block block = FakeCall.block(dtype, shape);
        for (int i = 0; i < values.length; i++) {
            switch (dtype) {
                case FLOAT64 -> block.segment().setAtIndex(JAVA_DOUBLE, i, values[i]);
                case FLOAT32 -> block.segment().setAtIndex(JAVA_FLOAT, i, (float) values[i]);
                default -> block.segment().setAtIndex(JAVA_LONG, i, (long) values[i]);
            }
        }
        return block;
    }

    private static double get(Block block, long i) {
        return switch (block.dtype()) {
            case FLOAT64 -> block.segment().getAtIndex(JAVA_DOUBLE, i);
            case FLOAT32 -> block.segment().getAtIndex(JAVA_FLOAT, i);
            default -> block.segment().getAtIndex(JAVA_LONG, i);
        };
    }

    private static double[] all(Block block) {
        return IntStream.range(0, (int) block.size()).mapToDouble(i -> get(block, i)).toArray();
    }

    private static Block run(ChunkFunction function, DType dtype, Block input) {
        return FakeCall.apply(function, dtype, input.shape(), input);
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void shouldSortLikeJava(int length) {
        double[] values = values(length);
        double[] expected = values.clone();
        Arrays.sort(expected);
        for (DType dtype : new DType[] {DType.FLOAT64, DType.FLOAT32}) {
            Block sorted = run(new Sort(0), dtype, block(dtype, values, length));
            assertArrayEquals(expected, all(sorted), () -> "of " + dtype);
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void shouldOrderStably(int length) {
        double[] values = values(length);
        // adding 0.0 makes -0.0 equal to 0.0
        double[] expected =
                IntStream.range(0, length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> values[i] + 0.0))
                        .mapToDouble(i -> i)
                        .toArray();
        for (DType dtype : new DType[] {DType.FLOAT64, DType.FLOAT32}) {
            Block order = run(new Argsort(0), DType.INT64, block(dtype, values, length));
            assertArrayEquals(expected, all(order), () -> "of " + dtype);
        }
    }

    @Test
    void shouldWorkStridedLongLines() {
        int length = RunSort.SMALL + 99;
        double[] values = values(2 * length);
        Block table = block(DType.FLOAT64, values, length, 2);
        Block sorted = run(new Sort(0), DType.FLOAT64, table);
        Block order = run(new Argsort(0), DType.INT64, table);
        for (int line = 0; line < 2; line++) {
            int column = line;
            double[] expected =
                    IntStream.range(0, length)
                            .mapToDouble(i -> values[2 * i + column])
                            .sorted()
                            .toArray();
            for (int i = 0; i < length; i++) {
                assertEquals(expected[i], get(sorted, 2L * i + column));
                assertEquals(
                        expected[i] + 0.0,
                        values[2 * (int) get(order, 2L * i + column) + column] + 0.0);
            }
        }
    }

    @Test
    void shouldFindTheFirstExtremeOfALongLine() {
        for (int length : new int[] {4096, 4097, (1 << 18) + 1, (1 << 18) + (1 << 16) + 5}) {
            double[] values =
                    IntStream.range(0, length).mapToDouble(_ -> random.nextInt(1000)).toArray();
            int first = random.nextInt(length);
            int second = random.nextInt(first, length);
            values[first] = 1000;
            values[second] = 1000;
            assertEquals(first, get(argmax(values, DType.INT64, false), 0), "of " + length);
            values[second] = Double.NaN;
            assertEquals(second, get(argmax(values, DType.FLOAT64, false), 0), "NaN of " + length);
        }
    }

    @Test
    void shouldFindTheOnlyNumberOfALongLine() {
        for (int length : new int[] {4096, 4097, (1 << 18) + 1, (1 << 18) + (1 << 16) + 5}) {
            double[] values = new double[length];
            Arrays.fill(values, Double.NaN);
            int only = random.nextInt(length);
            for (double number : new double[] {-7, Double.NEGATIVE_INFINITY}) {
                values[only] = number;
                assertEquals(
                        only,
                        get(argmax(values, DType.FLOAT64, true), 0),
                        number + " of " + length);
            }
            values[only] = Double.NaN;
            String message =
                    assertThrows(TharsisException.class, () -> argmax(values, DType.FLOAT64, true))
                            .getMessage();
            assertTrue(
                    message.contains(
                            "All-NaN slice encountered along axis 0 of shape (" + length + ",)"),
                    message);
        }
    }

    private static Block argmax(double[] values, DType dtype, boolean ignoreNan) {
        return FakeCall.apply(
                new ArgExtreme(true, 0, ignoreNan),
                DType.INT64,
                new long[] {1},
                block(dtype, values, values.length));
    }
}
