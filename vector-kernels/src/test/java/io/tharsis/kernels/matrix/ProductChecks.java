package io.tharsis.kernels.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tharsis.kernels.ir.Format;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** Compares every element of random products with the sum that the promise spells out. */
final class ProductChecks {
    private static final int[] SIZES = {
        0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 15, 16, 17, 23, 24, 25, 47, 48, 49, 64, 70
    };
    private static final int[] DEPTHS = {0, 1, 2, 5, 31, 64, 65, 255, 256, 257, 511, 512, 600};

    private final MatrixProduct product;
    private final Format format;
    private final SplittableRandom random;
    private final String what;

    ProductChecks(MatrixProduct product, Format format, long seed, String what) {
        this.product = product;
        this.format = format;
        this.random = new SplittableRandom(seed);
        this.what = what + " over " + format + ", seed " + seed;
    }

    /** Random shapes, strides, values; NaN, infinities and the like in half of them. */
    void checkRandom(int rounds) {
        for (int round = 0; round < rounds; round++) {
            int m = SIZES[random.nextInt(SIZES.length)];
            int n = SIZES[random.nextInt(SIZES.length)];
            int k = DEPTHS[random.nextInt(DEPTHS.length)];
            try (Arena arena = Arena.ofConfined()) {
                int extremes = random.nextBoolean() ? 40 : 0;
                var matrices = new RandomMatrices(random, format, arena, extremes);
                check(matrices, m, n, k, arena);
            }
        }
    }

    private void check(RandomMatrices matrices, int m, int n, int k, Arena arena) {
        MatrixView a = matrices.operand(m, k);
        MatrixView b = matrices.operand(k, n);
        boolean columnMajor = random.nextInt(4) == 0;
        int gap = random.nextInt(4);
        MatrixView c =
                columnMajor ? matrices.view(m, n, 1, m + gap) : matrices.view(m, n, n + gap, 1);
        boolean accumulate = random.nextBoolean();
        long[] expected = matrices.expected(m, n, k, a, b, c, accumulate);
        if (!columnMajor && random.nextBoolean()) {
            packed(m, n, k, a, b, c, accumulate, arena);
        } else {
            MemorySegment workspace = arena.allocate(product.workspaceBytes(m, n, k), 64);
            product.multiply(m, n, k, a, b, c, accumulate, workspace);
        }
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                String where = "element (" + i + ", " + j + ") of ";
                assertEquals(
                        expected[i * n + j],
                        matrices.bits(c, i, j),
                        () -> where + m + " x " + n + " x " + k + " by " + what);
            }
        }
    }

    private void packed(
            int m,
            int n,
            int k,
            MatrixView a,
            MatrixView b,
            MatrixView c,
            boolean accumulate,
            Arena arena) {
        MemorySegment left = arena.allocate(product.packedLeftBytes(m, k), 64);
        MemorySegment right = arena.allocate(product.packedRightBytes(k, n), 64);
        product.packLeft(m, k, a, left);
        product.packRight(k, n, b, right);
        MemorySegment scratch = arena.allocate(product.scratchBytes(), 64);
        product.multiplyPacked(m, n, k, left, m, right, c, accumulate, scratch);
    }
}
