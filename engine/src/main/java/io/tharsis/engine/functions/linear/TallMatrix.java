package io.tharsis.engine.functions.linear;

import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.linalg.TallProduct;
import io.tharsis.engine.linalg.TallTriangles;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code A = Q R} of a matrix with many more rows than columns, by TSQR: R of each block of rows,
 * then of blocks of those, until one is left. Q is never formed: {@link #multiply} walks the tree
 * downwards and reads the matrix once more (Demmel, Grigori, Hoemmen, Langou, 2012; the second
 * reading as in Benson, Gleich, Demmel, Direct QR factorizations for tall-and-skinny matrices in
 * MapReduce architectures, 2013).
 */
final class TallMatrix {
    /** The largest number of columns. */
    static final int COLUMNS = Matrices.SMALL;

    private static final long BLOCK_ELEMENTS = 1 << 17;

    private final int columns;
    private final int blockRows;

    /** The matrix, then the triangles of each level. */
    private final List<Operand> levels = new ArrayList<>();

    TallMatrix(Operand a) {
        columns = Math.toIntExact(Matrices.columns(a));
        // a constant for each number of columns: bits depend on it
        blockRows = (int) Math.max(Long.highestOneBit(BLOCK_ELEMENTS / columns), 4L * columns);
        levels.add(a);
        do {
            Operand last = levels.getLast();
            long blocks = Math.ceilDiv(Matrices.rows(last), (long) blockRows);
            levels.add(
                    Matrices.chunked(
                            new TallTriangles(columns, blockRows),
                            a.dtype(),
                            new long[] {blocks * columns, columns},
                            last));
        } while (Matrices.rows(levels.getLast()) > columns);
    }

    static boolean fits(Operand a) {
        return a.rank() == 2
                && Matrices.columns(a) <= COLUMNS
                && Matrices.rows(a) > Matrices.SMALL
                && Matrices.rows(a) >= Matrices.columns(a);
    }

    /** R (columns, columns), its diagonal not negative. */
    Operand triangle() {
        return levels.getLast();
    }

    /** {@code Q x}, x (columns, k). */
    Operand multiply(Operand x) {
        Operand factors = x;
        for (int level = levels.size() - 2; level >= 0; level--) {
            Operand matrix = levels.get(level);
            factors =
                    Matrices.chunked(
                            new TallProduct(columns, blockRows),
                            matrix.dtype(),
                            new long[] {Matrices.rows(matrix), Matrices.columns(x)},
                            matrix,
                            levels.get(level + 1),
                            factors);
        }
        return factors;
    }
}
