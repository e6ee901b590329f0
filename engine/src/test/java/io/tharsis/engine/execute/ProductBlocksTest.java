package io.tharsis.engine.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.engine.tile.Task;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.matrix.MatrixProduct;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.SplittableRandom;

class ProductBlocksTest {
    private static final long BUDGET = 1L << 33;
    private static final long SEED = Long.getLong("tharsis.seed", System.nanoTime());

    @Test
    void shouldCutAllColumnsIntoStripsThatFit() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 3000; round++) {
            Format format = random.nextBoolean() ? Format.F64 : Format.F32;
            long n = random.nextInt(1, 5000);
            int threads = random.nextInt(1, 65);
            Task.Product task = task(format, random.nextInt(1, 5000), n, random.nextInt(1, 5000));
            boolean tiled = random.nextInt(4) == 0;
            long budget = random.nextBoolean() ? BUDGET : random.nextLong(1 << 20, 1 << 26);
            var product = MatrixProduct.of(format);
            ProductBlocks cut = ProductBlocks.of(task, product, threads, tiled, budget);
            String what = n + " columns, " + threads + " threads, " + cut + ", seed " + SEED;
            assertEquals(0, cut.firstColumn(0, n), what);
            assertEquals(n, cut.firstColumn(cut.strips(), n), what);
            for (long strip = 0; strip < cut.strips(); strip++) {
                long width = cut.firstColumn(strip + 1, n) - cut.firstColumn(strip, n);
                assertTrue(width > 0 && width <= cut.columns(), what);
            }
        }
    }

    private static Task.Product task(Format format, long m, long n, long k) {
        return new Task.Product(
                format,
                null,
                null,
                new long[2],
                new long[] {m, n},
                0,
                k,
                -1,
                false,
                null,
                List.of(),
                new int[0],
                new int[0]);
    }
}
