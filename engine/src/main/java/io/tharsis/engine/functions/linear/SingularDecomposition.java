package io.tharsis.engine.functions.linear;

import io.tharsis.ShapeException;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.functions.RandomNumbers;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.linalg.Factorizations;

/**
 * {@code A = U diag(s) Vᵀ}: R of the longer side first. Of that, small ones in one call, others by
 * {@link BidiagonalReduction} and {@link BidiagonalDivision}. Signs are such that the largest
 * element of each vector of the shorter side is positive.
 */
public final class SingularDecomposition {
    /**
     * Squares of at most this many rows are decomposed in one call: halves are no faster there, and
     * take longer to be compiled. A constant of the engine: bits depend on it.
     */
    private static final long SMALL = 512;

    private SingularDecomposition() {}

    /** U (m, k), s (k), Vᵀ (k, n) with k the lesser of m and n; if {@code full}, U and V square. */
    public static Operand[] of(Operand x, boolean full) {
        Operand a = Matrices.matrix("svd", x);
        if (Shapes.size(a.shape()) == 0) {
            long m = Matrices.rows(a);
            long n = Matrices.columns(a);
            long k = Math.min(m, n);
            return new Operand[] {
                Matrices.identities(a, m, full ? m : k),
                Matrices.zeros(a.dtype(), Matrices.shape(Matrices.batch(a), k)),
                Matrices.identities(a, full ? n : k, n)
            };
        }
        return of("svd", x, full);
    }

    static Operand[] of(String function, Operand x, boolean full) {
        Operand a = Matrices.filled(function, x);
        if (Matrices.rows(a) < Matrices.columns(a)) {
            Operand[] turned = tall(Matrices.transpose(a), full);
            return new Operand[] {
                Matrices.transpose(turned[2]), turned[1], Matrices.transpose(turned[0])
            };
        }
        return tall(a, full);
    }

    private static Operand[] tall(Operand a, boolean full) {
        long m = Matrices.rows(a);
        long n = Matrices.columns(a);
        if (m == n) {
            return square(a);
        }
        if (TallMatrix.fits(a) && !full) {
            var tall = new TallMatrix(a);
            Operand[] small = square(tall.triangle());
            return new Operand[] {tall.multiply(small[0]), small[1], small[2]};
        }
        Operand[] qr = QrFactors.of("svd", a, full);
        Operand[] small = square(Matrices.rows(qr[1], 0, n));
        Operand u = Products.matmul(Matrices.columns(qr[0], 0, n), small[0]);
        return new Operand[] {
            full ? Matrices.beside(u, Matrices.columns(qr[0], n, m)) : u, small[1], small[2]
        };
    }

    private static Operand[] square(Operand a) {
        long n = Matrices.rows(a);
        if (n <= SMALL) {
            return Matrices.apply(
                    new Factorizations.Svd(true),
                    a,
                    new long[] {n, n},
                    new long[] {n},
                    new long[] {n, n});
        }
        return Matrices.each(
                new Operand[] {a},
                matrices -> {
                    var reduction = new BidiagonalReduction(matrices[0], true);
                    var parts = BidiagonalDivision.of(reduction.bidiagonal());
                    Operand[] vectors = reduction.turned(parts);
                    return new Operand[] {
                        Elementwise.cast(vectors[0], a.dtype()),
                        Elementwise.cast(reduction.unscaled(parts.values()), a.dtype()),
                        Elementwise.cast(Matrices.transpose(vectors[1]), a.dtype())
                    };
                });
    }

    /** s alone, descending. */
    public static Operand values(Operand x) {
        return values("svdvals", x);
    }

    static Operand values(String function, Operand x) {
        Operand a = Matrices.matrix(function, x);
        if (Shapes.size(a.shape()) == 0) {
            long k = Math.min(Matrices.rows(a), Matrices.columns(a));
            return Matrices.zeros(a.dtype(), Matrices.shape(Matrices.batch(a), k));
        }
        Operand tall = Matrices.rows(a) < Matrices.columns(a) ? Matrices.transpose(a) : a;
        long n = Matrices.columns(tall);
        Operand triangle = Matrices.rows(tall) == n ? tall : QrFactors.triangle(tall);
        if (n <= SMALL) {
            return Matrices.apply(new Factorizations.Svd(false), triangle, new long[] {n})[0];
        }
        return Matrices.each(
                triangle,
                matrix -> {
                    var reduction = new BidiagonalReduction(matrix, false);
                    Operand values = BidiagonalDivision.values(reduction.bidiagonal());
                    return Elementwise.cast(reduction.unscaled(values), triangle.dtype());
                });
    }

    /**
     * The largest {@code count} singular triplets, approximately: the range of the matrix by a
     * random sketch with {@code oversampling} columns more, and power iterations, each with a QR
     * (Halko, Martinsson, Tropp, Finding structure with randomness, 2011, algorithms 4.4 and 5.1).
     */
    public static Operand[] randomized(
            Operand x, long count, long oversampling, int iterations, long seed) {
        Operand a = Matrices.filled("randomizedSvd", x);
        long least = Math.min(Matrices.rows(a), Matrices.columns(a));
        if (a.rank() != 2 || count < 1 || count > least || oversampling < 0 || iterations < 0) {
            throw new ShapeException(
                    "randomizedSvd of "
                            + count
                            + " values (oversampling "
                            + oversampling
                            + ", "
                            + iterations
                            + " iterations) of shape "
                            + Shapes.text(a.shape())
                            + ": wants one matrix and 1 to "
                            + least
                            + " values");
        }
        long width = Math.min(least, count + oversampling);
        Operand sketch = new RandomNumbers(seed, 0).normal(a.dtype(), Matrices.columns(a), width);
        Operand q = QrFactors.of(Products.matmul(a, sketch), false)[0];
        Operand turned = Matrices.transpose(a);
        for (int i = 0; i < iterations; i++) {
            Operand z = QrFactors.of(Products.matmul(turned, q), false)[0];
            q = QrFactors.of(Products.matmul(a, z), false)[0];
        }
        Operand[] small = of(Products.matmul(Matrices.transpose(q), a), false);
        return new Operand[] {
            Matrices.columns(Products.matmul(q, small[0]), 0, count),
            Spectra.first(small[1], count),
            Matrices.rows(small[2], 0, count)
        };
    }
}
