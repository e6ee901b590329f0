package io.tharsis.engine.functions.linear;

import io.tharsis.DType;
import io.tharsis.Slice;
import io.tharsis.engine.functions.Creation;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.functions.Joining;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.functions.Promotion;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.linalg.Factorizations;
import io.tharsis.engine.linalg.PermutationSign;

/**
 * {@code A = P L U} with partial pivoting, by halves of the columns (Toledo, Locality of reference
 * in LU decomposition with partial pivoting, 1997): a panel of columns is factored over all its
 * rows in one call, so pivots are the very ones of the unblocked algorithm, however the matrix is
 * cut; all else is triangular systems and products.
 *
 * @param packed L below and U on and above the diagonal
 * @param permutation row i of L U is row {@code permutation[i]} of A; int64
 */
public record LuFactors(Operand packed, Operand permutation) {
    /** Columns of a panel. A constant of the engine: bits depend on it. */
    private static final int PANEL = 64;

    /** Of matrices, or stacks of them, with any number of rows and columns. */
    static LuFactors of(String function, Operand x) {
        Operand a = Matrices.matrix(function, x);
        if (Matrices.isSmall(a)) {
            return panel(a);
        }
        Operand[] parts =
                Matrices.each(
                        new Operand[] {a},
                        matrices -> {
                            LuFactors lu = factor(matrices[0]);
                            return new Operand[] {lu.packed, lu.permutation};
                        });
        return new LuFactors(parts[0], parts[1]);
    }

    /** P as a permutation, L with ones on its diagonal, U. */
    public static Operand[] parts(Operand x) {
        LuFactors lu = of("lu", x);
        long rows = Matrices.rows(lu.packed);
        long columns = Matrices.columns(lu.packed);
        long k = Math.min(rows, columns);
        Operand lower = Creation.tril(Matrices.columns(lu.packed, 0, k), -1);
        return new Operand[] {
            lu.permutation,
            Elementwise.add(lower, Creation.eye(lower.dtype(), rows, k, 0)),
            Creation.triu(Matrices.rows(lu.packed, 0, k), 0)
        };
    }

    private static LuFactors panel(Operand a) {
        long rows = Matrices.rows(a);
        Operand[] parts =
                Matrices.apply(
                        new Factorizations.Lu(),
                        a,
                        new long[] {rows, Matrices.columns(a)},
                        new long[] {rows},
                        new long[] {rows});
        Operand high = Elementwise.cast(parts[1], DType.INT64);
        Operand low = Elementwise.cast(parts[2], DType.INT64);
        Operand weight = Promotion.scalar(DType.INT64, 1L << Factorizations.Lu.LOW_BITS);
        return new LuFactors(parts[0], Elementwise.add(Elementwise.multiply(high, weight), low));
    }

    private static LuFactors factor(Operand a) {
        long rows = Matrices.rows(a);
        long columns = Matrices.columns(a);
        if (columns <= PANEL || Matrices.isSmall(a)) {
            return panel(a);
        }
        long half = Math.min(rows, Math.max(PANEL, columns / 2 / PANEL * PANEL));
        LuFactors left = factor(Matrices.columns(a, 0, half));
        Operand right = Indexing.take(Matrices.columns(a, half, columns), left.permutation, 0);
        Operand across =
                TriangularSystems.solve(
                        new TriangularSystems.Kind("lu", true, true, false),
                        Matrices.rows(left.packed, 0, half),
                        Matrices.rows(right, 0, half));
        if (half == rows) {
            return new LuFactors(Matrices.beside(left.packed, across), left.permutation);
        }
        Operand below = Matrices.rows(left.packed, half, rows);
        Operand rest =
                Elementwise.subtract(
                        Matrices.rows(right, half, rows), Products.matmul(below, across));
        LuFactors bottom = factor(rest);
        Operand packed =
                Matrices.above(
                        Matrices.beside(Matrices.rows(left.packed, 0, half), across),
                        Matrices.beside(
                                Indexing.take(below, bottom.permutation, 0), bottom.packed));
        Operand permutation =
                Joining.concatenate(
                        0,
                        positions(left.permutation, 0, half),
                        Indexing.take(
                                positions(left.permutation, half, rows), bottom.permutation, 0));
        return new LuFactors(packed, permutation);
    }

    private static Operand positions(Operand permutation, long from, long to) {
        return Indexing.get(permutation, Slice.range(from, to));
    }

    /** 1 or -1 for each matrix. */
    Operand sign() {
        long[] batch = Matrices.batch(packed);
        long count = Shapes.size(batch);
        long n = Matrices.rows(packed);
        if (n == 0 || count == 0) {
            return Creation.full(packed.dtype(), 1L, batch);
        }
        Operand signs =
                Matrices.chunked(
                        new PermutationSign(),
                        packed.dtype(),
                        new long[] {count, 1},
                        Shaping.reshape(permutation, count, n));
        return Shaping.reshape(signs, batch);
    }

    /** {@code A⁻¹ B} of matrices. */
    Operand solve(String caller, boolean refusesSingular, Operand b) {
        Operand permuted = Indexing.take(b, permutation, 0);
        Operand y =
                TriangularSystems.solve(
                        new TriangularSystems.Kind(caller, true, true, false), packed, permuted);
        return TriangularSystems.solve(
                new TriangularSystems.Kind(caller, false, false, refusesSingular), packed, y);
    }
}
