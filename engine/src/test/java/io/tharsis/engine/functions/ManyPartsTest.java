package io.tharsis.engine.functions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.tharsis.DType;
import io.tharsis.Slice;
import io.tharsis.engine.graph.Operand;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * Indexing of tensors large enough to be worked on in several parallel parts, against plain loops.
 */
class ManyPartsTest {
    private static final int SIZE = 400_003;

    private Random random;

    @BeforeEach
    void seed() {
        long seed = Long.getLong("seed", 8);
        System.out.println("ManyPartsTest seed " + seed);
        random = new Random(seed);
    }

    private Operand maskOf(boolean[] mask) {
        long[] bits = LongStream.range(0, mask.length).map(i -> mask[(int) i] ? 1 : 0).toArray();
        return Elementwise.cast(Values.longs(bits, bits.length), DType.BOOL);
    }

    private boolean[] randomMask() {
        boolean[] mask = new boolean[SIZE];
        for (int i = 0; i < SIZE; i++) {
            mask[i] = random.nextInt(3) > 0;
        }
        // a stretch of blocks with nothing in them
        Arrays.fill(mask, 60_000, 250_000, false);
        return mask;
    }

    @Test
    void shouldKeepWhereTheMaskIsTrue() {
        boolean[] mask = randomMask();
        long[] expected = LongStream.range(0, SIZE).filter(i -> mask[(int) i]).toArray();
        assertArrayEquals(expected, Values.longsOf(Indexing.mask(Values.iota(SIZE), maskOf(mask))));
    }

    @Test
    void shouldFillWhereTheMaskIsTrueInOrder() {
        boolean[] mask = randomMask();
        long[] expected = LongStream.range(0, SIZE).toArray();
        int next = 0;
        for (int i = 0; i < SIZE; i++) {
            if (mask[i]) {
                expected[i] = -1 - next++;
            }
        }
        Operand values = Values.longs(LongStream.range(0, next).map(i -> -1 - i).toArray(), next);
        assertArrayEquals(
                expected, Values.longsOf(Indexing.set(Values.iota(SIZE), maskOf(mask), values)));
    }

    @Test
    void shouldTakeRows() {
        long[] rows = random.longs(60_000, -1000, 1000).toArray();
        long[] expected =
                LongStream.range(0, rows.length * 7L)
                        .map(p -> Math.floorMod(rows[(int) (p / 7)], 1000) * 7L + p % 7)
                        .toArray();
        assertArrayEquals(
                expected,
                Values.longsOf(
                        Indexing.take(Values.iota(1000, 7), Values.longs(rows, rows.length), 0)));
    }

    @Test
    void shouldTakeColumnsFromATable() {
        long[] columns = random.longs(SIZE, 0, 50).toArray();
        assertArrayEquals(
                columns,
                Values.longsOf(Indexing.take(Values.iota(50), Values.longs(columns, SIZE))));
    }

    @Test
    void shouldTakeAlongTheMiddleAxis() {
        long[] positions = random.longs(300 * 5 * 200, 0, 9).toArray();
        Operand x = Values.iota(300, 9, 200);
        long[] expected = new long[positions.length];
        for (int p = 0; p < expected.length; p++) {
            expected[p] = (p / 1000L * 9 + positions[p]) * 200 + p % 200;
        }
        assertArrayEquals(
                expected,
                Values.longsOf(Indexing.takeAlongAxis(x, Values.longs(positions, 300, 5, 200), 1)));
    }

    @Test
    void shouldGatherByTwoIndices() {
        long[] rows = random.longs(SIZE, 0, 30).toArray();
        long[] columns = random.longs(SIZE, 0, 40).toArray();
        long[] expected =
                LongStream.range(0, SIZE).map(i -> rows[(int) i] * 40 + columns[(int) i]).toArray();
        Operand gathered =
                Indexing.gather(
                        Values.iota(30, 40), Values.longs(rows, SIZE), Values.longs(columns, SIZE));
        assertArrayEquals(expected, Values.longsOf(gathered));
    }

    @Test
    void shouldSetEveryThirdRowBackwards() {
        long[] expected = LongStream.range(0, 900 * 500).toArray();
        for (int i = 0; i < 300; i++) {
            for (int j = 0; j < 250; j++) {
                expected[3 * i * 500 + 499 - 2 * j] = -(i * 250L + j);
            }
        }
        Operand value = Elementwise.negative(Values.iota(300, 250));
        Operand set = Indexing.set(Values.iota(900, 500), Slice.parse("::3, ::-2"), value);
        assertArrayEquals(expected, Values.longsOf(set));
    }
}
