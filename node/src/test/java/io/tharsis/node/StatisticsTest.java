package io.tharsis.node;

import static io.tharsis.Tensors.arange;
import static io.tharsis.Tensors.of;
import static io.tharsis.Tensors.scalar;
import static io.tharsis.Tensors.stack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;

final class StatisticsTest {
    private final Session session = Session.local().threads(1).memory(64 << 20).open();
    private Session.Binding binding;

    @BeforeEach
    void bind() {
        binding = session.bind();
    }

    @AfterEach
    void unbind() {
        binding.close();
        session.close();
    }

    /** 0 once, 1 twice and so on, in {@code count} values. */
    private static Tensor ladder(int count, DType type) {
        int[] values = new int[count * (count + 1) / 2];
        for (int value = 0, at = 0; value < count; value++) {
            for (int i = 0; i <= value; i++) {
                values[at++] = value;
            }
        }
        return of(values).astype(type);
    }

    private static long[] steps(int count) {
        return arange(1, count + 1L).toLongArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 7, 10, 15, 16})
    void shouldCountEachOfAFewIntegersOfEachGroup(int values) {
        Tensor ladder = ladder(values, DType.INT64);
        Statistics statistics =
                Statistics.of(stack(0, ladder, ladder.plus(1000), ladder.minus(7)), 0, 16);
        assertTrue(statistics.perValue());
        assertArrayEquals(
                new long[][] {steps(values), steps(values), steps(values)}, statistics.counts());
        assertArrayEquals(new long[][] {steps(values)}, Statistics.of(ladder, 16).counts());
    }

    /**
     * From the least value of the dtype and up to its largest, where differences may wrap and
     * float64 tells no neighbours apart.
     */
    @ParameterizedTest
    @EnumSource(names = {"INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"})
    void shouldCountAFewIntegersAtTheEndsOfEveryDtype(DType type) {
        boolean isUnsigned = type.name().startsWith("U");
        int bits = 8 * type.byteSize();
        long least = isUnsigned ? 0 : Long.MIN_VALUE >> 64 - bits;
        long greatest = isUnsigned ? -1L >>> 64 - bits : -(least + 1);
        Tensor ladder = ladder(10, type);
        Tensor low = ladder.plus(scalar(least, DType.INT64).astype(type));
        Tensor high = ladder.plus(scalar(greatest - 9, DType.INT64).astype(type));
        for (Tensor tensor : new Tensor[] {low, high}) {
            Statistics statistics = Statistics.of(tensor, 16);
            assertTrue(statistics.perValue());
            assertArrayEquals(new long[][] {steps(10)}, statistics.counts());
            assertEquals(statistics.min()[0], statistics.value(0, 0));
            assertEquals(statistics.max()[0], statistics.value(0, 9));
        }
        Statistics statistics = Statistics.of(stack(0, low, high), 0, 16);
        assertArrayEquals(new long[][] {steps(10), steps(10)}, statistics.counts());
        BigInteger last =
                isUnsigned
                        ? BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE)
                        : BigInteger.valueOf(greatest);
        assertEquals(last.toString(), statistics.value(1, 9));
        assertFalse(Statistics.of(stack(0, low, high), 16).perValue());
    }

    @Test
    void shouldCountOverRangesThatOverflow() {
        Tensor wide = of(1e308, -1e308, 1e308, 0);
        for (Statistics statistics :
                new Statistics[] {Statistics.of(wide, 4), Statistics.of(stack(0, wide), 0, 4)}) {
            assertArrayEquals(new long[] {1, 0, 1, 2}, statistics.counts()[0]);
        }
    }
}
