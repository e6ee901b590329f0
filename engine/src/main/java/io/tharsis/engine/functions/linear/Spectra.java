package io.tharsis.engine.functions.linear;

import io.tharsis.Slice;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.linalg.Factorizations;

/**
 * Eigenvalues and eigenvectors. Symmetric matrices go by {@link SymmetricReduction} and {@link
 * TridiagonalDivision} unless they are small; others are worked in one call each.
 */
public final class Spectra {
    private Spectra() {}

    /** Values (n), ascending, and vectors as columns (n, n); the upper triangle is not read. */
    public static Operand[] eigh(Operand x) {
        Operand a = Matrices.square("eigh", x);
        long n = Matrices.rows(a);
        if (Matrices.isSmall(a)) {
            return Matrices.apply(
                    new Factorizations.Symmetric(true), a, new long[] {n}, new long[] {n, n});
        }
        return Matrices.each(
                new Operand[] {a},
                matrices -> {
                    var reduction = new SymmetricReduction(matrices[0], true);
                    var parts = TridiagonalDivision.of(reduction.tridiagonal());
                    return new Operand[] {
                        Elementwise.cast(reduction.unscaled(parts.values()), a.dtype()),
                        Elementwise.cast(reduction.turned(parts.vectors()), a.dtype())
                    };
                });
    }

    /** Values (n), ascending; the upper triangle is not read. */
    public static Operand eigvalsh(Operand x) {
        Operand a = Matrices.square("eigvalsh", x);
        if (Matrices.isSmall(a)) {
            return Matrices.apply(
                    new Factorizations.Symmetric(false), a, new long[] {Matrices.rows(a)})[0];
        }
        return Matrices.each(
                a,
                matrix -> {
                    var reduction = new SymmetricReduction(matrix, false);
                    Operand values = TridiagonalDivision.values(reduction.tridiagonal());
                    return Elementwise.cast(reduction.unscaled(values), a.dtype());
                });
    }

    /** Values (n) and vectors as columns (n, n) of matrices with real eigenvalues. */
    public static Operand[] eig(Operand x) {
        Operand a = Matrices.square("eig", x);
        long n = Matrices.rows(a);
        return Matrices.apply(
                new Factorizations.General(true), a, new long[] {n}, new long[] {n, n});
    }

    /** Values (n) of matrices with real eigenvalues. */
    public static Operand eigvals(Operand x) {
        Operand a = Matrices.square("eigvals", x);
        return Matrices.apply(new Factorizations.General(false), a, new long[] {Matrices.rows(a)})[
                0];
    }

    /** The first {@code count} elements of the last axis. */
    static Operand first(Operand x, long count) {
        return Indexing.get(x, Slice.parse("...")[0], Slice.range(0, count));
    }
}
