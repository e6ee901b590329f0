package io.tharsis.engine.chunked;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.tharsis.DType;
import io.tharsis.engine.functions.Scans;
import io.tharsis.engine.functions.Searching;
import io.tharsis.engine.functions.Sorting;
import io.tharsis.engine.functions.Statistics;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.Operand;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** Inputs of many pieces and panels, against plain Java. */
class LargeInputsTest {
    private static final long SEED = Long.getLong("tharsis.seed", System.nanoTime());

    static {
        System.out.println("LargeInputsTest: -Dtharsis.seed=" + SEED);
    }

    private final Random random = new Random(SEED);

    private double[] doubles(int count) {
        return DoubleStream.generate(random::nextGaussian).limit(count).toArray();
    }

    private static Operand data(double[] values, long... shape) {
        Block block = FakeCall.block(DType.FLOAT64, shape);
        block.segment().asByteBuffer().order(ByteOrder.nativeOrder()).asDoubleBuffer().put(values);
        return FakeCall.data(block);
    }

    private static Operand data(DType dtype, long[] values, long... shape) {
        Block block = FakeCall.block(dtype, shape);
        for (int i = 0; i < values.length; i++) {
            switch (dtype.byteSize()) {
                case 1 -> block.segment().set(JAVA_BYTE, i, (byte) values[i]);
                case 4 -> block.segment().setAtIndex(JAVA_INT, i, (int) values[i]);
                default -> block.segment().setAtIndex(JAVA_LONG, i, values[i]);
            }
        }
        return FakeCall.data(block);
    }

    private static long[] longs(Operand operand) {
        Block block = FakeCall.evaluate(operand);
        assertEquals(DType.INT64, block.dtype());
        return block.segment().toArray(JAVA_LONG);
    }

    private static double[] doubles(Operand operand) {
        Block block = FakeCall.evaluate(operand);
        assertEquals(DType.FLOAT64, block.dtype());
        return block.segment().toArray(JAVA_DOUBLE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 100_000})
    void shouldFindDistinctValuesAndTheirCompanions(int distinct) {
        int size = 300_007;
        long[] values =
                LongStream.generate(() -> random.nextInt(distinct) - 5).limit(size).toArray();
        var counts =
                Arrays.stream(values)
                        .boxed()
                        .collect(
                                Collectors.groupingBy(v -> v, TreeMap::new, Collectors.counting()));
        for (DType dtype : new DType[] {DType.INT64, DType.INT32}) {
            Operand x = data(dtype, values, size);
            Block unique = FakeCall.evaluate(Sorting.unique(x));
            assertEquals(dtype, unique.dtype());
            long[] found =
                    LongStream.range(0, unique.size())
                            .map(i -> Keys.at(dtype, unique.segment(), i))
                            .toArray();
            assertArrayEquals(counts.keySet().stream().mapToLong(v -> v).toArray(), found);
            assertArrayEquals(
                    counts.values().stream().mapToLong(v -> v).toArray(),
                    longs(Sorting.uniqueCounts(x)));
            long[] inverse = longs(Sorting.uniqueInverse(x));
            long[] index = longs(Sorting.uniqueIndex(x));
            for (int i = 0; i < size; i++) {
                int group = (int) inverse[i];
                assertTrue(
                        found[group] == values[i]
                                && index[group] <= i
                                && values[(int) index[group]] == values[i]);
            }
        }
    }

    @Test
    void shouldSortLongLinesOfNarrowElements() {
        int size = RunSort.SMALL + 4321;
        long[] bytes = LongStream.generate(() -> (byte) random.nextInt()).limit(size).toArray();
        Block sorted = FakeCall.evaluate(Sorting.sort(data(DType.INT8, bytes, size, 1), 0));
        Arrays.sort(bytes);
        for (int i = 0; i < size; i++) {
            assertEquals(bytes[i], sorted.segment().get(JAVA_BYTE, i));
        }
        long[] shorts = LongStream.generate(() -> random.nextInt(1 << 16)).limit(size).toArray();
        Block block = FakeCall.block(DType.UINT16, size, 2);
        for (int i = 0; i < 2 * size; i++) {
            block.segment().setAtIndex(JAVA_SHORT, i, (short) shorts[i / 2]);
        }
        Block sortedPairs = FakeCall.evaluate(Sorting.sort(FakeCall.data(block), 0));
        Arrays.sort(shorts);
        for (int i = 0; i < 2 * size; i++) {
            assertEquals((short) shorts[i / 2], sortedPairs.segment().getAtIndex(JAVA_SHORT, i));
        }
    }

    @Test
    void shouldFindOrderStatisticsOfLongLines() {
        int size = RunSort.SMALL * 2 + 1;
        double[] values = doubles(size);
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        assertArrayEquals(
                new double[] {sorted[size / 2]},
                doubles(Statistics.median(data(values, size), 0, false)));
        double[] fractions = {0, 0.25, 0.5, 1};
        double[] expected = {sorted[0], sorted[size / 4], sorted[size / 2], sorted[size - 1]};
        assertArrayEquals(
                expected, doubles(Statistics.quantile(data(values, size, 1), fractions, 0, false)));
        values[77] = Double.NaN;
        assertArrayEquals(
                new double[] {Double.NaN},
                doubles(Statistics.median(data(values, size), 0, false)));
    }

    @Test
    void shouldSearchLargeTables() {
        int length = (1 << 18) + 33;
        long[] table =
                LongStream.generate(() -> random.nextInt(length)).limit(length).sorted().toArray();
        long[] wanted =
                LongStream.generate(() -> random.nextInt(length + 2) - 1).limit(10_000).toArray();
        for (boolean right : new boolean[] {false, true}) {
            Operand found =
                    Searching.searchSorted(
                            data(DType.INT64, table, length),
                            data(DType.INT64, wanted, 100, 100),
                            right);
            long[] places = longs(found);
            for (int i = 0; i < wanted.length; i++) {
                int place = (int) places[i];
                long key = wanted[i];
                assertTrue(
                        place == 0 || (right ? table[place - 1] <= key : table[place - 1] < key));
                assertTrue(place == length || (right ? table[place] > key : table[place] >= key));
            }
        }
    }

    @Test
    void shouldFindNonZerosAndCountsOfManyPieces() {
        int size = 600_011;
        long[] values = LongStream.generate(() -> random.nextInt(4)).limit(size).toArray();
        Operand x = data(DType.UINT8, values, size);
        long[] expected = LongStream.range(0, size).filter(i -> values[(int) i] != 0).toArray();
        assertArrayEquals(expected, longs(Searching.flatNonzero(x)));
        long[] counts = new long[6];
        Arrays.stream(values).forEach(v -> counts[(int) v]++);
        assertArrayEquals(counts, longs(Statistics.bincount(x, null, 6)));
        long[] spread = Arrays.stream(values).map(v -> v * 100_000).toArray();
        long[] many = longs(Statistics.bincount(data(DType.INT32, spread, size), null, 0));
        assertEquals(300_001, many.length);
        assertEquals(counts[2], many[200_000]);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 1000, 70_000})
    void shouldPlaceEveryElementInItsBin(int bins) {
        double[] values = doubles(600_011);
        var histogram = Statistics.histogram(data(values, values.length), bins, null, false);
        double[] edges = doubles(histogram.edges());
        long[] expected = new long[bins];
        for (double value : values) {
            int at = Arrays.binarySearch(edges, value);
            expected[Math.min(at >= 0 ? at : -at - 2, bins - 1)]++;
        }
        assertArrayEquals(expected, longs(histogram.counts()));
        Operand given = data(edges, edges.length);
        assertArrayEquals(
                expected,
                longs(
                        Statistics.histogram(data(values, values.length), given, null, false)
                                .counts()));
    }

    /**
     * Every function along an axis must treat each line as it treats the line alone, however many
     * lie side by side.
     */
    @ParameterizedTest
    @ValueSource(ints = {2, 63, 64, 65, 511, 513, 5000})
    void shouldWorkLinesSideBySideAsEachAlone(int inner) {
        int outer = 3;
        int length = 7;
        double[] values = doubles(outer * length * inner);
        // 1 in 8 is a tie or a NaN
        for (int i = 0; i < values.length; i += 8) {
            values[i] = random.nextBoolean() ? Double.NaN : 0;
        }
        Operand x = data(values, outer, length, inner);
        checkLines(x, values, inner, y -> Sorting.sort(y, 1), y -> Sorting.sort(y, 0));
        checkLines(x, values, inner, y -> Sorting.argsort(y, 1), y -> Sorting.argsort(y, 0));
        checkLines(x, values, inner, y -> Scans.cumsum(y, 1), y -> Scans.cumsum(y, 0));
        checkLines(
                x,
                values,
                inner,
                y -> Searching.argmin(y, 1, true),
                y -> Searching.argmin(y, 0, true));
        checkLines(
                x,
                values,
                inner,
                y -> Searching.argmax(y, 1, true),
                y -> Searching.argmax(y, 0, true));
        checkLines(
                x,
                values,
                inner,
                y -> Statistics.median(y, 1, true),
                y -> Statistics.median(y, 0, true));
        checkLines(
                x,
                values,
                inner,
                y -> Statistics.nanQuantile(y, 0.3, 1, true),
                y -> Statistics.nanQuantile(y, 0.3, 0, true));
        for (int o = 0; o < outer; o++) {
            // so that no line is without a number
            Arrays.fill(values, (o * length + 4) * inner, (o * length + 5) * inner, o);
        }
        Operand y = data(values, outer, length, inner);
        checkLines(
                y,
                values,
                inner,
                z -> Searching.nanArgmin(z, 1, true),
                z -> Searching.nanArgmin(z, 0, true));
        checkLines(
                y,
                values,
                inner,
                z -> Searching.nanArgmax(z, 1, true),
                z -> Searching.nanArgmax(z, 0, true));
    }

    private static void checkLines(
            Operand x,
            double[] values,
            int inner,
            Function<Operand, Operand> along,
            Function<Operand, Operand> alone) {
        int length = (int) x.shape()[1];
        Block result = FakeCall.evaluate(along.apply(x));
        int resultLength = (int) result.shape()[1];
        for (int line = 0; line < x.shape()[0] * inner; line += 1 + inner / 50) {
            int o = line / inner;
            int k = line % inner;
            double[] own = new double[length];
            for (int i = 0; i < length; i++) {
                own[i] = values[(o * length + i) * inner + k];
            }
            Block expected = FakeCall.evaluate(alone.apply(data(own, length)));
            for (int i = 0; i < resultLength; i++) {
                long at = ((long) o * resultLength + i) * inner + k;
                assertEquals(
                        expected.segment().getAtIndex(JAVA_LONG, i),
                        result.segment().getAtIndex(JAVA_LONG, at),
                        "element " + i + " of line " + line);
            }
        }
    }
}
