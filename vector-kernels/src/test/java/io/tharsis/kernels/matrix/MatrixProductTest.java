package io.tharsis.kernels.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tharsis.kernels.ir.Format;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** Every element against the sum that the promise spells out. */
@Timeout(300)
class MatrixProductTest {
    private static final int[] SIZES = {
        0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 23, 24, 25, 47, 48, 64, 70
    };
    private static final int[] DEPTHS = {0, 1, 2, 5, 31, 64, 65, 255, 256, 257, 511, 512, 600};

    @Test
    void shouldGiveThePromisedBitsForRandomShapesAndStrides() {
        long seed = Long.getLong("tharsis.seed", System.nanoTime());
        System.out.println("MatrixProductTest seed " + seed);
        var random = new SplittableRandom(seed);
        for (Format format : RandomMatrices.FORMATS) {
            for (int round = 0; round < 40; round++) {
                int m = SIZES[random.nextInt(SIZES.length)];
                int n = SIZES[random.nextInt(SIZES.length)];
                int k = DEPTHS[random.nextInt(DEPTHS.length)];
                int extremes = random.nextBoolean() ? 40 : 0;
                check(MatrixProduct.of(format), format, m, n, k, extremes, random, seed);
            }
        }
    }

    private static void check(
            MatrixProduct product,
            Format format,
            int m,
            int n,
            int k,
            int extremes,
            SplittableRandom random,
            long seed) {
        try (Arena arena = Arena.ofConfined()) {
            var matrices = new RandomMatrices(random, format, arena, extremes);
            MatrixView a = matrices.operand(m, k);
            MatrixView b = matrices.operand(k, n);
            MatrixView c = matrices.view(m, n, n + random.nextInt(4), 1);
            if (random.nextInt(4) == 0) {
                c = matrices.view(m, n, 1, m + random.nextInt(4));
            }
            boolean accumulate = random.nextBoolean();
            long[] expected = new long[m * n];
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    expected[i * n + j] = matrices.expected(k, a, b, c, accumulate, i, j);
                }
            }
            MemorySegment workspace = arena.allocate(product.workspaceBytes(m, n, k), 64);
            product.multiply(m, n, k, a, b, c, accumulate, workspace);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    int row = i;
                    int column = j;
                    assertEquals(
                            expected[i * n + j],
                            matrices.bits(c, i, j),
                            () ->
                                    "element (%d, %d) of %s %d x %d x %d, seed %d"
                                            .formatted(row, column, format, m, n, k, seed));
                }
            }
        }
    }

    @Test
    void shouldRejectViewsThatReachBeyondTheirMemory() {
        try (Arena arena = Arena.ofConfined()) {
            MatrixProduct product = MatrixProduct.of(Format.F64);
            MemorySegment memory = arena.allocate(8 * 12, 8);
            MemorySegment workspace = arena.allocate(product.workspaceBytes(3, 3, 4), 64);
            MatrixView wide = MatrixView.rowMajor(memory, 4);
            MatrixView c = MatrixView.rowMajor(arena.allocate(8 * 9, 8), 3);
            product.multiply(3, 3, 4, wide, wide.transposed(), c, false, workspace);
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> product.multiply(3, 3, 4, wide, wide, c, false, workspace));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () ->
                            product.multiply(
                                    3,
                                    3,
                                    4,
                                    new MatrixView(memory, 56, -4, 1),
                                    wide.transposed(),
                                    c,
                                    false,
                                    workspace));
        }
    }

    @Test
    void shouldRejectFormatsWithoutAProduct() {
        assertThrows(IllegalArgumentException.class, () -> MatrixProduct.of(Format.I16));
    }
}
