package io.tharsis.engine.functions.linear;

import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.linalg.TriangularSolve;

/**
 * Systems with a triangular matrix by halves: {@code T = [[T1, 0], [F, T2]]} gives {@code X1 = T1⁻¹
 * B1} and {@code X2 = T2⁻¹ (B2 - F X1)}, so that nearly all work is matrix products. Backward
 * stable as plain substitution (Higham, Accuracy and Stability of Numerical Algorithms, 8 and 13).
 */
final class TriangularSystems {
    /** The largest triangle solved in one call. A constant of the engine: bits depend on it. */
    private static final int LEAF = 128;

    private TriangularSystems() {}

    /** How a triangle is read, and who asks, for messages. */
    record Kind(String caller, boolean lower, boolean unit, boolean refusesSingular) {}

    /** {@code T⁻¹ B} of matrices; the other triangle of T is not read. */
    static Operand solve(Kind kind, Operand t, Operand b) {
        return solve(kind, t, b, 0);
    }

    /**
     * @param first number of the first pivot, for messages
     */
    static Operand solve(Kind kind, Operand t, Operand b, long first) {
        long n = Matrices.rows(t);
        if (n <= LEAF) {
            return Matrices.chunked(
                    new TriangularSolve(
                            kind.caller, kind.lower, kind.unit, kind.refusesSingular, first),
                    b.dtype(),
                    b.shape(),
                    b,
                    t);
        }
        long half = half(n);
        Operand top = Matrices.rows(b, 0, half);
        Operand bottom = Matrices.rows(b, half, n);
        Operand first1 = Matrices.block(t, 0, half, 0, half);
        Operand second = Matrices.block(t, half, n, half, n);
        if (kind.lower) {
            Operand x1 = solve(kind, first1, top, first);
            Operand known = Products.matmul(Matrices.block(t, half, n, 0, half), x1);
            Operand x2 = solve(kind, second, Elementwise.subtract(bottom, known), first + half);
            return Matrices.above(x1, x2);
        }
        Operand x2 = solve(kind, second, bottom, first + half);
        Operand known = Products.matmul(Matrices.block(t, 0, half, half, n), x2);
        Operand x1 = solve(kind, first1, Elementwise.subtract(top, known), first);
        return Matrices.above(x1, x2);
    }

    /** About half of {@code n}, a multiple of the leaf. */
    static long half(long n) {
        return Math.max(LEAF, n / 2 / LEAF * LEAF);
    }
}
