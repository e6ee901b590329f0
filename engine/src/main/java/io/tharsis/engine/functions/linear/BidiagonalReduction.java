package io.tharsis.engine.functions.linear;

import io.tharsis.DType;
import io.tharsis.Slice;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.linalg.BandRows;
import io.tharsis.engine.linalg.BidiagonalSweeps;

import java.util.ArrayList;
import java.util.List;

/**
 * A square matrix in two steps to upper bidiagonal form: to an upper band by blocks of Householder
 * reflectors from the left and from the right in turns, which is matrix products; and the band, of
 * O(n) elements, by chasing bulges (Großer and Lang, Efficient parallel reduction to bidiagonal
 * form, 1999). In float64.
 */
final class BidiagonalReduction {
    private static final int BAND = BandForm.BAND;

    private final long n;
    private final boolean wantsVectors;
    private final Operand scale;
    private final BandForm.Turns left = new BandForm.Turns();
    private final BandForm.Turns right = new BandForm.Turns();
    private final Operand bidiagonal;

    /**
     * @param x square; an element that is not finite is an error of the run
     */
    BidiagonalReduction(Operand x, boolean wantsVectors) {
        n = Matrices.rows(x);
        this.wantsVectors = wantsVectors;
        Operand a = Elementwise.cast(x, DType.FLOAT64);
        scale = BandForm.scale(a, true);
        bidiagonal = toBidiagonal(toBand(Elementwise.multiply(a, scale)));
    }

    /** (n, 3 BAND), row i from column {@code i - BAND} on. */
    private Operand toBand(Operand a) {
        List<Operand> rows = new ArrayList<>();
        Operand rest = a;
        for (long done = 0; done < n; done += BAND) {
            long width = Math.min(BAND, n - done);
            long m = n - done;
            Operand[] below = BandForm.panel(Matrices.columns(rest, 0, width), width);
            left.add(below[0], below[1]);
            Operand r = below[2];
            if (m == width) {
                rows.add(Matrices.beside(r, Matrices.zeros(DType.FLOAT64, m, 2L * BAND - m)));
                break;
            }
            Operand v = below[0];
            Operand others = Matrices.columns(rest, width, m);
            Operand w = Products.matmul(Matrices.transpose(others), Products.matmul(v, below[1]));
            Operand band =
                    Elementwise.subtract(
                            Matrices.rows(others, 0, width),
                            Products.matmul(Matrices.rows(v, 0, width), Matrices.transpose(w)));
            long steps = Math.min(width, m - width);
            Operand[] beside = BandForm.panel(Matrices.transpose(band), steps);
            right.add(beside[0], beside[1]);
            Operand l = Matrices.transpose(beside[2]);
            rows.add(
                    steps < BAND
                            ? Matrices.beside(
                                    r, l, Matrices.zeros(DType.FLOAT64, width, BAND - steps))
                            : Matrices.beside(r, l));
            rest =
                    reflected(
                            Matrices.rows(others, width, m), Matrices.rows(v, width, m), w, beside);
        }
        return Matrices.chunked(
                new BandRows(BAND, false),
                DType.FLOAT64,
                new long[] {n, 3L * BAND},
                Matrices.above(rows.toArray(Operand[]::new)));
    }

    /** {@code (A - V Wᵀ) (I - U S Uᵀ)} as {@code A - V Wᵀ - X Uᵀ}. */
    private static Operand reflected(Operand a, Operand v, Operand w, Operand[] parts) {
        Operand u = parts[0];
        Operand dots = Products.matmul(Matrices.transpose(w), u);
        Operand x =
                Products.matmul(
                        Elementwise.subtract(Products.matmul(a, u), Products.matmul(v, dots)),
                        parts[1]);
        return Elementwise.subtract(
                a,
                Products.matmul(Matrices.beside(v, x), Matrices.transpose(Matrices.beside(w, u))));
    }

    private Operand toBidiagonal(Operand band) {
        Operand state = band;
        for (long from = 0; from < n - 2; from += BandForm.SWEEPS) {
            long to = Math.min(n - 2, from + BandForm.SWEEPS);
            var function = new BidiagonalSweeps(BAND, (int) from, (int) to, wantsVectors);
            Operand packed =
                    Matrices.chunked(
                            function, DType.FLOAT64, new long[] {function.length(n)}, state);
            long length = n * 3 * BAND;
            state = part(packed, 0, n, 3L * BAND);
            if (wantsVectors) {
                left.addSweeps(part(packed, length, to - from, n));
                right.addSweeps(part(packed, length + (to - from) * n, to - from, n));
            }
        }
        Operand diagonal = Matrices.columns(state, BAND, BAND + 1L);
        Operand above = Matrices.block(state, 0, n - 1, BAND + 1L, BAND + 2L);
        return Matrices.above(
                Matrices.transpose(diagonal),
                Matrices.beside(Matrices.transpose(above), Matrices.zeros(DType.FLOAT64, 1, 1)));
    }

    private static Operand part(Operand packed, long from, long rows, long columns) {
        return Shaping.reshape(
                Indexing.get(packed, Slice.range(from, from + rows * columns)), rows, columns);
    }

    /** (2, n) as for {@link BidiagonalDivision}. */
    Operand bidiagonal() {
        return bidiagonal;
    }

    /** Singular values of the matrix from those of the scaled one. */
    Operand unscaled(Operand values) {
        return Elementwise.divide(values, scale);
    }

    /** U and V of the matrix, of the chosen signs, from those of {@link #bidiagonal}. */
    Operand[] turned(BidiagonalDivision parts) {
        Operand u = left.of(parts.left());
        Operand v = right.of(Matrices.block(parts.right(), 0, n, 0, n));
        Operand signs = BandForm.signs(v);
        return new Operand[] {Elementwise.multiply(u, signs), Elementwise.multiply(v, signs)};
    }
}
