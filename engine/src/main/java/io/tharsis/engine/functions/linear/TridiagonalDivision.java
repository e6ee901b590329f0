package io.tharsis.engine.functions.linear;

import io.tharsis.DType;
import io.tharsis.Slice;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.linalg.MergeVectors;
import io.tharsis.engine.linalg.TridiagonalLeaf;
import io.tharsis.engine.linalg.TridiagonalMerge;

/**
 * Eigenvalues, ascending, and vectors of a symmetric tridiagonal matrix, by halves (Cuppen, 1981;
 * Gu and Eisenstat, 1995). What joins two halves is n numbers of each kind, found in one call; the
 * vectors are joined by matrix products, which are nearly all of the work.
 *
 * @param values (n)
 * @param vectors (n, n), as columns
 */
record TridiagonalDivision(Operand values, Operand vectors) {
    /** The largest part that is solved in one call. A constant of the engine: bits depend on it. */
    private static final int LEAF = 64;

    /**
     * @param matrix (2, n), float64: the diagonal; what stands beside it, the last of which counts
     *     for nothing
     */
    static TridiagonalDivision of(Operand matrix) {
        return part(matrix, 0, Math.toIntExact(Matrices.columns(matrix)));
    }

    /** The values alone: no vectors are turned, so one call has n² operations. */
    static Operand values(Operand matrix) {
        int n = Math.toIntExact(Matrices.columns(matrix));
        return Matrices.chunked(
                new TridiagonalLeaf(0, n, false), DType.FLOAT64, new long[] {n}, matrix);
    }

    private static TridiagonalDivision part(Operand matrix, int from, int to) {
        int n = to - from;
        if (n <= LEAF) {
            Operand packed =
                    Matrices.chunked(
                            new TridiagonalLeaf(from, to, true),
                            DType.FLOAT64,
                            new long[] {n + (long) n * n},
                            matrix);
            return new TridiagonalDivision(
                    Indexing.get(packed, Slice.range(0, n)),
                    Shaping.reshape(Indexing.get(packed, Slice.range(n, n + (long) n * n)), n, n));
        }
        int middle = from + n / 2;
        TridiagonalDivision first = part(matrix, from, middle);
        TridiagonalDivision second = part(matrix, middle, to);
        int half = middle - from;
        Operand table =
                Matrices.chunked(
                        new TridiagonalMerge(middle - 1),
                        DType.FLOAT64,
                        new long[] {TridiagonalMerge.LINES, n},
                        first.values,
                        second.values,
                        Matrices.rows(first.vectors, half - 1, half),
                        Matrices.rows(second.vectors, 0, 1),
                        matrix);
        Operand joint =
                Matrices.chunked(
                        new MergeVectors(MergeVectors.Side.EIGEN, 0),
                        DType.FLOAT64,
                        new long[] {n, n},
                        Matrices.rows(table, 0, TridiagonalMerge.OF_COLUMNS),
                        table);
        Operand vectors =
                Matrices.above(
                        Products.matmul(first.vectors, Matrices.rows(joint, 0, half)),
                        Products.matmul(second.vectors, Matrices.rows(joint, half, n)));
        return new TridiagonalDivision(Indexing.get(table, Slice.at(0)), vectors);
    }
}
