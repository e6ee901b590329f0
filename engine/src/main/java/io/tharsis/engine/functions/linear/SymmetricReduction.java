package io.tharsis.engine.functions.linear;

import io.tharsis.DType;
import io.tharsis.Slice;
import io.tharsis.engine.functions.Creation;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.functions.Promotion;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.linalg.BandRows;
import io.tharsis.engine.linalg.BandSweeps;

import java.util.ArrayList;
import java.util.List;

/**
 * A symmetric matrix in two steps to tridiagonal form: to a band by blocks of Householder
 * reflectors from both sides, which is matrix products; and the band, of O(n) elements, by chasing
 * bulges (Bischof, Lang, Sun, A framework for symmetric band reduction, 2000). In float64.
 */
final class SymmetricReduction {
    private static final int BAND = BandForm.BAND;

    private final long n;
    private final Operand scale;
    private final boolean wantsVectors;
    private final BandForm.Turns turns = new BandForm.Turns();
    private final Operand tridiagonal;

    SymmetricReduction(Operand x, boolean wantsVectors) {
        n = Matrices.rows(x);
        this.wantsVectors = wantsVectors;
        Operand a = Elementwise.cast(x, DType.FLOAT64);
        Operand lower = Creation.tril(a, 0);
        scale = BandForm.scale(lower, false);
        Operand full = Elementwise.add(lower, Matrices.transpose(Creation.tril(a, -1)));
        Operand band = toBand(Elementwise.multiply(full, scale));
        tridiagonal = toTridiagonal(band);
    }

    /** (n, 2 BAND), row i from column {@code i - 2 BAND + 1} on. */
    private Operand toBand(Operand a) {
        List<Operand> rows = new ArrayList<>();
        Operand rest = a;
        Operand left = Matrices.zeros(DType.FLOAT64, Math.min(BAND, n), BAND);
        for (long done = 0; done < n; done += BAND) {
            long width = Math.min(BAND, n - done);
            long m = n - done - width;
            Operand diagonal = Matrices.block(rest, 0, width, 0, width);
            if (width < BAND) {
                diagonal =
                        Matrices.beside(
                                diagonal, Matrices.zeros(DType.FLOAT64, width, BAND - width));
            }
            rows.add(Matrices.beside(left, diagonal));
            if (m == 0) {
                break;
            }
            long steps = Math.min(width, m);
            Operand[] parts =
                    BandForm.panel(Matrices.block(rest, width, width + m, 0, width), steps);
            turns.add(parts[0], parts[1]);
            left = parts[2];
            rest = reflected(Matrices.block(rest, width, width + m, width, width + m), parts);
        }
        return Matrices.chunked(
                new BandRows(BAND, true),
                DType.FLOAT64,
                new long[] {n, 2 * BAND},
                Matrices.above(rows.toArray(Operand[]::new)));
    }

    /** {@code (I - V T Vᵀ)ᵀ A (I - V T Vᵀ)} as {@code A - V Wᵀ - W Vᵀ}. */
    private static Operand reflected(Operand a, Operand[] parts) {
        Operand v = parts[0];
        Operand t = parts[1];
        Operand x = Products.matmul(Products.matmul(a, v), t);
        Operand dots =
                Products.matmul(Matrices.transpose(t), Products.matmul(Matrices.transpose(v), x));
        Operand half =
                Elementwise.multiply(
                        Products.matmul(v, dots), Promotion.scalar(DType.FLOAT64, 0.5));
        Operand w = Elementwise.subtract(x, half);
        return Elementwise.subtract(
                a,
                Products.matmul(Matrices.beside(v, w), Matrices.transpose(Matrices.beside(w, v))));
    }

    private Operand toTridiagonal(Operand band) {
        Operand state = band;
        for (long from = 0; from < n - 2; from += BandForm.SWEEPS) {
            long to = Math.min(n - 2, from + BandForm.SWEEPS);
            var function = new BandSweeps(BAND, (int) from, (int) to, wantsVectors);
            Operand packed =
                    Matrices.chunked(
                            function, DType.FLOAT64, new long[] {function.length(n)}, state);
            long length = n * 2 * BAND;
            state = Shaping.reshape(Indexing.get(packed, Slice.range(0, length)), n, 2L * BAND);
            if (wantsVectors) {
                turns.addSweeps(
                        Shaping.reshape(
                                Indexing.get(packed, Slice.range(length, function.length(n))),
                                to - from,
                                n));
            }
        }
        Operand diagonal = Matrices.columns(state, 2L * BAND - 1, 2L * BAND);
        Operand beside = Matrices.block(state, 1, n, 2L * BAND - 2, 2L * BAND - 1);
        return Matrices.above(
                Matrices.transpose(diagonal),
                Matrices.beside(Matrices.transpose(beside), Matrices.zeros(DType.FLOAT64, 1, 1)));
    }

    /** (2, n) as for {@link TridiagonalDivision}. */
    Operand tridiagonal() {
        return tridiagonal;
    }

    /** Eigenvalues of the matrix from those of the scaled one. */
    Operand unscaled(Operand values) {
        return Elementwise.divide(values, scale);
    }

    /** Eigenvectors of the matrix, of the chosen sign, from those of {@link #tridiagonal}. */
    Operand turned(Operand vectors) {
        Operand all = turns.of(vectors);
        return Elementwise.multiply(all, BandForm.signs(all));
    }
}
