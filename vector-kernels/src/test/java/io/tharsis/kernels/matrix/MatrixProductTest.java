package io.tharsis.kernels.matrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.kernels.ir.Format;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.util.SplittableRandom;

/** The promise of the bits on the scalar twin, its consequences, and what is refused. */
@Timeout(300)
class MatrixProductTest {
    private static final long SEED = Long.getLong("tharsis.seed", System.nanoTime());

    MatrixProductTest() {
        System.out.println("MatrixProductTest seed " + SEED);
    }

    @Test
    void shouldGiveThePromisedBitsOnTheTwin() {
        for (Format format : RandomMatrices.FORMATS) {
            for (int bits : new int[] {0, 512}) {
                var product = new MatrixProduct(format, bits, true);
                new ProductChecks(product, format, SEED, "the twin").checkRandom(40);
            }
        }
    }

    @Test
    void shouldGiveTheSameBitsWhereverAProductIsCut() {
        int m = 61;
        int n = 83;
        int k = 700;
        try (Arena arena = Arena.ofConfined()) {
            var random = new SplittableRandom(SEED);
            MatrixProduct product = MatrixProduct.of(Format.F64);
            var matrices = new RandomMatrices(random, Format.F64, arena, 0);
            MatrixView a = matrices.view(m, k, k, 1);
            MatrixView b = matrices.view(k, n, n, 1);
            MatrixView whole = matrices.view(m, n, n, 1);
            MatrixView pieces = matrices.view(m, n, n, 1);
            MemorySegment workspace = arena.allocate(product.workspaceBytes(m, n, k), 64);
            product.multiply(m, n, k, a, b, whole, false, workspace);
            int row = 1 + random.nextInt(m - 1);
            int column = 1 + random.nextInt(n - 1);
            for (int p = 0; p < k; p += MatrixProduct.INNER_BLOCK) {
                int depth = Math.min(MatrixProduct.INNER_BLOCK, k - p);
                for (int i = 0; i < m; i += row) {
                    for (int j = 0; j < n; j += column) {
                        product.multiply(
                                Math.min(row, m - i),
                                Math.min(column, n - j),
                                depth,
                                a.from(i, p, Double.BYTES),
                                b.from(p, j, Double.BYTES),
                                pieces.from(i, j, Double.BYTES),
                                p > 0,
                                workspace);
                    }
                }
            }
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    assertEquals(matrices.bits(whole, i, j), matrices.bits(pieces, i, j));
                }
            }
        }
    }

    @Test
    void shouldMakeAGramMatrixThatIsItsOwnTranspose() {
        int n = 75;
        try (Arena arena = Arena.ofConfined()) {
            MatrixProduct product = MatrixProduct.of(Format.F32);
            var matrices = new RandomMatrices(new SplittableRandom(SEED), Format.F32, arena, 0);
            MatrixView a = matrices.view(n, 300, 300, 1);
            MatrixView c = matrices.view(n, n, n, 1);
            MemorySegment workspace = arena.allocate(product.workspaceBytes(n, n, 300), 64);
            product.multiply(n, n, 300, a, a.transposed(), c, false, workspace);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    assertEquals(matrices.bits(c, i, j), matrices.bits(c, j, i));
                }
            }
        }
    }

    @Test
    void shouldStayWithinTheBoundOfASumInOrder() {
        int k = 1000;
        try (Arena arena = Arena.ofConfined()) {
            MatrixProduct product = MatrixProduct.of(Format.F64);
            var matrices = new RandomMatrices(new SplittableRandom(SEED), Format.F64, arena, 0);
            MatrixView a = matrices.view(1, k, k, 1);
            MatrixView b = matrices.view(k, 1, 1, 1);
            MatrixView c = matrices.view(1, 1, 1, 1);
            product.multiply(
                    1, 1, k, a, b, c, false, arena.allocate(product.workspaceBytes(1, 1, k), 64));
            BigDecimal exact = BigDecimal.ZERO;
            double magnitude = 0;
            for (int p = 0; p < k; p++) {
                double x = Double.longBitsToDouble(matrices.bits(a, 0, p));
                double y = Double.longBitsToDouble(matrices.bits(b, p, 0));
                exact = exact.add(new BigDecimal(x).multiply(new BigDecimal(y)));
                magnitude += Math.abs(x * y);
            }
            double sum = Double.longBitsToDouble(matrices.bits(c, 0, 0));
            double error = new BigDecimal(sum).subtract(exact).abs().doubleValue();
            int roundings = MatrixProduct.INNER_BLOCK + k / MatrixProduct.INNER_BLOCK;
            assertTrue(error <= 1.01 * roundings * 0x1p-53 * magnitude, "error " + error);
        }
    }

    @Test
    void shouldLeaveWhatLiesBesideTheResult() {
        try (Arena arena = Arena.ofConfined()) {
            MatrixProduct product = MatrixProduct.of(Format.I32);
            MemorySegment ones = arena.allocate(4 * 100, 4);
            MemorySegment c = arena.allocate(4 * 7 * 9, 4);
            c.fill((byte) -1);
            MemorySegment workspace = arena.allocate(product.workspaceBytes(5, 6, 3), 64);
            MatrixView zero = MatrixView.rowMajor(ones, 10);
            product.multiply(
                    5, 6, 3, zero, zero, new MatrixView(c, 4 * 10, 9, 1), false, workspace);
            int[] expected = new int[7 * 9];
            for (int i = 0; i < 7; i++) {
                for (int j = 0; j < 9; j++) {
                    expected[i * 9 + j] = i >= 1 && i < 6 && j >= 1 && j < 7 ? 0 : -1;
                }
            }
            assertArrayEquals(expected, c.toArray(ValueLayout.JAVA_INT));
        }
    }

    @Test
    void shouldRejectViewsThatReachBeyondTheirMemory() {
        try (Arena arena = Arena.ofConfined()) {
            MatrixProduct product = MatrixProduct.of(Format.F64);
            MemorySegment memory = arena.allocate(8 * 12, 8);
            MemorySegment workspace = arena.allocate(product.workspaceBytes(3, 3, 4), 64);
            MatrixView wide = MatrixView.rowMajor(memory, 4);
            MatrixView tall = wide.transposed();
            MatrixView c = MatrixView.rowMajor(arena.allocate(8 * 9, 8), 3);
            product.multiply(3, 3, 4, wide, tall, c, false, workspace);
            MatrixView upwards = new MatrixView(memory, 56, -4, 1);
            MatrixView far = new MatrixView(memory, 0, Long.MAX_VALUE / 8, 1);
            for (MatrixView bad : new MatrixView[] {tall, upwards, far}) {
                assertThrows(
                        IndexOutOfBoundsException.class,
                        () -> product.multiply(3, 3, 4, bad, tall, c, false, workspace));
            }
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> product.multiply(3, 3, 4, wide, tall, c, false, c.memory()));
        }
    }

    @Test
    void shouldRejectAResultWithoutAStrideOfOne() {
        try (Arena arena = Arena.ofConfined()) {
            MatrixProduct product = MatrixProduct.of(Format.F64);
            MemorySegment memory = arena.allocate(8 * 100, 8);
            MatrixView a = MatrixView.rowMajor(memory, 3);
            MatrixView c = new MatrixView(memory, 0, 10, 2);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> product.multiply(3, 3, 3, a, a, c, false, memory));
        }
    }

    @Test
    void shouldKeepItsInnerBlockForEver() {
        assertEquals(256, MatrixProduct.INNER_BLOCK);
    }

    @Test
    void shouldRejectFormatsWithoutAProduct() {
        assertThrows(IllegalArgumentException.class, () -> MatrixProduct.of(Format.I16));
    }
}
