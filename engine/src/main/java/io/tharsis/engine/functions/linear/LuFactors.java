package io.tharsis.engine.functions.linear;

import io.tharsis.DType;
import io.tharsis.engine.functions.Creation;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Promotion;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.linalg.Factorizations;
import io.tharsis.engine.linalg.LineProduct;
import io.tharsis.engine.linalg.PermutationSign;

/**
 * {@code A = P L U} with partial pivoting, of matrices or stacks of them: small ones in one call
 * each, others by {@link LuPanels}.
 *
 * @param packed L below and U on and above the diagonal
 * @param diagonal of U, as the last axis
 * @param permutation row i of L U is row {@code permutation[i]} of A; int64
 */
public record LuFactors(Operand packed, Operand diagonal, Operand permutation) {
    /** Of matrices, or stacks of them, with any number of rows and columns. */
    static LuFactors of(String function, Operand x) {
        Operand a = Matrices.matrix(function, x);
        if (Matrices.isSmall(a) || Shapes.size(a.shape()) == 0) {
            return small(a);
        }
        Operand[] parts =
                Matrices.each(
                        new Operand[] {a},
                        matrices -> {
                            var lu = new LuPanels(matrices[0]);
                            return new Operand[] {lu.packed(), lu.diagonal(), lu.permutation()};
                        });
        return new LuFactors(parts[0], parts[1], parts[2]);
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

    private static LuFactors small(Operand a) {
        long rows = Matrices.rows(a);
        Operand[] parts =
                Matrices.apply(
                        new Factorizations.Lu(),
                        a,
                        new long[] {rows, Matrices.columns(a)},
                        new long[] {rows},
                        new long[] {rows});
        return new LuFactors(parts[0], Matrices.diagonal(parts[0]), rowNumbers(parts[1], parts[2]));
    }

    /** Row numbers, int64, from the two parts that {@link Factorizations.Lu} tells of each. */
    static Operand rowNumbers(Operand high, Operand low) {
        Operand weight = Promotion.scalar(DType.INT64, 1L << Factorizations.Lu.LOW_BITS);
        return Elementwise.add(
                Elementwise.multiply(Elementwise.cast(high, DType.INT64), weight),
                Elementwise.cast(low, DType.INT64));
    }

    /** 1 or -1 for each matrix. */
    Operand sign() {
        return perMatrix(new PermutationSign(), permutation);
    }

    /** The product of U's diagonal for each matrix. */
    Operand product() {
        return perMatrix(new LineProduct(), diagonal);
    }

    /** One number of n for each square matrix; 1 if n is 0. */
    private Operand perMatrix(ChunkFunction function, Operand lines) {
        long[] batch = Matrices.batch(packed);
        long count = Shapes.size(batch);
        long n = Matrices.rows(packed);
        if (n == 0 || count == 0) {
            return Creation.full(packed.dtype(), 1L, batch);
        }
        Operand numbers =
                Matrices.chunked(
                        function,
                        packed.dtype(),
                        new long[] {count, 1},
                        Shaping.reshape(lines, count, n));
        return Shaping.reshape(numbers, batch);
    }
}
