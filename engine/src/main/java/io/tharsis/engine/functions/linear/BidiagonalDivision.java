package io.tharsis.engine.functions.linear;

import io.tharsis.DType;
import io.tharsis.Slice;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.linalg.BidiagonalLeaf;
import io.tharsis.engine.linalg.BidiagonalMerge;
import io.tharsis.engine.linalg.BidiagonalValues;
import io.tharsis.engine.linalg.MergeVectors;
import io.tharsis.engine.linalg.TridiagonalMerge;

/**
 * Singular values, descending, and vectors of an upper bidiagonal matrix, by halves (Gu and
 * Eisenstat, A divide-and-conquer algorithm for the bidiagonal SVD, 1995). As in {@link
 * TridiagonalDivision}, what joins two halves is n numbers of each kind, and the vectors are joined
 * by matrix products.
 *
 * <p>Each part has a column more than rows, also the whole: its last column is 0, and exactly so in
 * every step, since each rotation that meets it changes a sign at most.
 *
 * @param values (n)
 * @param left (n, n), as columns
 * @param right (n + 1, n + 1), as columns, of which the last spans what the part maps to 0
 */
record BidiagonalDivision(Operand values, Operand left, Operand right) {
    /** The largest part that is solved in one call. A constant of the engine: bits depend on it. */
    private static final int LEAF = 64;

    /**
     * @param matrix (2, n), float64: the diagonal; what stands above it, of which the last is 0
     */
    static BidiagonalDivision of(Operand matrix) {
        return part(matrix, 0, Math.toIntExact(Matrices.columns(matrix)));
    }

    /** The values alone: no vectors are turned, so one call has n² operations. */
    static Operand values(Operand matrix) {
        return Matrices.chunked(
                new BidiagonalValues(),
                DType.FLOAT64,
                new long[] {Matrices.columns(matrix)},
                matrix);
    }

    private static BidiagonalDivision part(Operand matrix, int from, int to) {
        return to - from <= LEAF ? leaf(matrix, from, to) : joined(matrix, from, to);
    }

    private static BidiagonalDivision leaf(Operand matrix, int from, int to) {
        long n = to - from;
        var function = new BidiagonalLeaf(from, to);
        long length = function.length();
        Operand packed = Matrices.chunked(function, DType.FLOAT64, new long[] {length}, matrix);
        return new BidiagonalDivision(
                Indexing.get(packed, Slice.range(0, n)),
                Shaping.reshape(Indexing.get(packed, Slice.range(n, n + n * n)), n, n),
                Shaping.reshape(
                        Indexing.get(packed, Slice.range(n + n * n, length)), n + 1, n + 1));
    }

    private static BidiagonalDivision joined(Operand matrix, int from, int to) {
        int n = to - from;
        int between = from + (n - 1) / 2;
        int half = between - from;
        BidiagonalDivision first = part(matrix, from, between);
        BidiagonalDivision second = part(matrix, between + 1, to);
        Operand table =
                Matrices.chunked(
                        new BidiagonalMerge(between),
                        DType.FLOAT64,
                        new long[] {TridiagonalMerge.LINES, n + 1},
                        first.values,
                        second.values,
                        Matrices.rows(first.right, half, half + 1),
                        Matrices.rows(second.right, 0, 1),
                        matrix);
        Operand left = joint(MergeVectors.Side.LEFT, half, table, n);
        Operand right = joint(MergeVectors.Side.RIGHT, half, table, n + 1);
        return new BidiagonalDivision(
                Indexing.get(table, Slice.at(0), Slice.range(0, n)),
                Matrices.above(
                        Products.matmul(first.left, Matrices.rows(left, 0, half)),
                        Matrices.rows(left, half, half + 1),
                        Products.matmul(second.left, Matrices.rows(left, half + 1, n))),
                Matrices.above(
                        Products.matmul(first.right, Matrices.rows(right, 0, half + 1)),
                        Products.matmul(second.right, Matrices.rows(right, half + 1, n + 1))));
    }

    private static Operand joint(MergeVectors.Side side, int zero, Operand table, long width) {
        return Matrices.chunked(
                new MergeVectors(side, zero),
                DType.FLOAT64,
                new long[] {width, width},
                Matrices.block(table, 0, TridiagonalMerge.OF_COLUMNS, 0, width),
                table);
    }
}
