package io.tharsis.engine.functions.linear;

import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.linalg.Factorizations;

/**
 * {@code A = L Lᵀ} by halves: L1 of the first block, the block below it by a triangular system, L2
 * of what is left. Right-looking blocks, in the order that touches each element a logarithmic
 * number of times, since nothing is changed in place (Gustavson, Recursion leads to automatic
 * variable blocking for dense linear-algebra algorithms, 1997).
 */
public final class CholeskyFactors {
    private CholeskyFactors() {}

    /** L of symmetric positive definite matrices, whose upper triangle is not read. */
    public static Operand lower(Operand x) {
        Operand a = Matrices.square("cholesky", x);
        return Matrices.isSmall(a) ? leaf(a, 0) : Matrices.each(a, matrix -> factor(matrix, 0));
    }

    private static Operand leaf(Operand a, long first) {
        long n = Matrices.rows(a);
        return Matrices.apply(new Factorizations.Cholesky(first), a, new long[] {n, n})[0];
    }

    private static Operand factor(Operand a, long first) {
        long n = Matrices.rows(a);
        if (n <= Matrices.SMALL) {
            return leaf(a, first);
        }
        long half = TriangularSystems.half(n);
        Operand top = factor(Matrices.block(a, 0, half, 0, half), first);
        Operand across =
                TriangularSystems.solve(
                        new TriangularSystems.Kind("cholesky", true, false, false),
                        top,
                        Matrices.transpose(Matrices.block(a, half, n, 0, half)));
        Operand below = Matrices.transpose(across);
        Operand rest =
                Elementwise.subtract(
                        Matrices.block(a, half, n, half, n), Products.matmul(below, across));
        Operand bottom = factor(rest, first + half);
        return Matrices.above(
                Matrices.beside(top, Matrices.zeros(a.dtype(), half, n - half)),
                Matrices.beside(below, bottom));
    }
}
