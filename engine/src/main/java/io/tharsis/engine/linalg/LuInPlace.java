package io.tharsis.engine.linalg;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import io.tharsis.DType;
import io.tharsis.engine.graph.ChunkFunction.Call;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.matrix.MatrixProduct;
import io.tharsis.kernels.matrix.MatrixView;

import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/**
 * {@code A = P L U} with partial pivoting in place, of a matrix with at least as many rows as
 * columns, by halves of its columns (Toledo, Locality of reference in LU decomposition with partial
 * pivoting, 1997). The pivot is the first element of the largest magnitude in its column, as in
 * LAPACK's getrf. A pivot of 0 is left in its place and its column of L is 0.
 */
final class LuInPlace {
    /** Columns factored one by one, as Java arrays. A constant of the engine: bits depend on it. */
    private static final int NARROW = 16;

    private static final MatrixProduct PRODUCT = MatrixProduct.of(Format.F64);

    private final Call call;
    private final MemorySegment a;
    private final int rows;
    private final int columns;
    private final long stride;
    private final int[] permutation;
    private final MemorySegment right;
    private final MemorySegment triangleWork;
    private final RowBlocks blocks;
    private final double[][] column;
    private final double[] row;
    private final double[] factors = new double[NARROW];

    /**
     * @param a its element (i, j) is double number {@code i * stride + j}
     */
    LuInPlace(Call call, MemorySegment a, int rows, int columns, int stride) {
        this.call = call;
        this.a = a;
        this.rows = rows;
        this.columns = columns;
        this.stride = stride;
        permutation = IntStream.range(0, rows).toArray();
        row = new double[columns];
        int depth = half(columns);
        int width = Math.max(1, columns - depth);
        right = call.scratch((long) depth * width * Double.BYTES);
        triangleWork = call.scratch(BlockedTriangle.workBytes(width));
        blocks = new RowBlocks(call, PRODUCT, rows, width, depth);
        column = new double[Math.min(columns, NARROW)][rows];
    }

    /** Bytes of scratch memory, but for the elements themselves. */
    static long bytes(long rows, int columns) {
        int depth = half(columns);
        int width = Math.max(1, columns - depth);
        return (long) depth * width * Double.BYTES
                + RowBlocks.bytes(PRODUCT, rows, width, depth)
                + BlockedTriangle.bytes(depth, width);
    }

    /**
     * @return the permutation: row i of L U is row {@code permutation[i]} of A
     */
    int[] factor() {
        if (columns > 0) {
            factor(0, columns);
        }
        return permutation;
    }

    /** Columns of the left half of more than {@link #NARROW}. */
    private static int half(int columns) {
        return Math.max(NARROW, columns / 2 / NARROW * NARROW);
    }

    private void factor(int from, int to) {
        if (to - from <= NARROW) {
            call.checkCancelled();
            factorNarrow(from, to);
            return;
        }
        int middle = from + half(to - from);
        factor(from, middle);
        across(from, middle, to);
        rest(from, middle, to);
        factor(middle, to);
    }

    /** Rows {@code from} to {@code middle} of U in the columns from {@code middle} on. */
    private void across(int from, int middle, int to) {
        int height = middle - from;
        int width = to - middle;
        double[][] l = Dense.rows(DType.FLOAT64, a, index(from, from), stride, height, height);
        var triangle = new BlockedTriangle(call, l, true, true);
        for (int i = 0; i < height; i++) {
            Dense.widen(DType.FLOAT64, a, index(from + i, middle), width, right, (long) i * width);
        }
        triangle.solve(right, width, triangleWork);
        for (int i = 0; i < height; i++) {
            Dense.narrow(right, (long) i * width, width, DType.FLOAT64, a, index(from + i, middle));
        }
    }

    /** The rows below, less what L and U make there; U's part is in {@link #right}. */
    private void rest(int from, int middle, int to) {
        int depth = middle - from;
        int width = to - middle;
        for (long i = 0; i < (long) depth * width; i++) {
            right.setAtIndex(JAVA_DOUBLE, i, -right.getAtIndex(JAVA_DOUBLE, i));
        }
        blocks.setRight(MatrixView.rowMajor(right, width), width, depth);
        MatrixView all = new MatrixView(a, 0, stride, 1);
        blocks.add(
                rows - middle,
                all.from(middle, from, Double.BYTES),
                all.from(middle, middle, Double.BYTES),
                Double.BYTES,
                (top, bottom) -> {});
    }

    private long index(int i, int j) {
        return i * stride + j;
    }

    /** Columns from to to, from row {@code from} on; then the same exchanges in all others. */
    private void factorNarrow(int from, int to) {
        int width = to - from;
        int height = rows - from;
        double[] line = new double[width];
        for (int i = 0; i < height; i++) {
            Dense.loadRow(DType.FLOAT64, a, index(from + i, from), width, line);
            for (int j = 0; j < width; j++) {
                column[j][i] = line[j];
            }
        }
        int[] pivots = new int[width];
        for (int k = 0; k < width; k++) {
            double[] own = column[k];
            for (int p = 0; p < k; p++) {
                // what row p of U is, the rows below need: a triangle of a few elements
                Lanes.add(own, -own[p], column[p], p + 1, k);
                factors[p] = own[p];
            }
            Lanes.subtract(own, factors, 0, column, 0, k, k, height);
            int best = pivot(own, k, height);
            pivots[k] = best;
            if (best != k) {
                for (int j = 0; j < width; j++) {
                    double[] each = column[j];
                    double moved = each[k];
                    each[k] = each[best];
                    each[best] = moved;
                }
            }
            double pivot = own[k];
            if (pivot != 0) {
                for (int i = k + 1; i < height; i++) {
                    own[i] /= pivot;
                }
            }
        }
        for (int i = 0; i < height; i++) {
            for (int j = 0; j < width; j++) {
                line[j] = column[j][i];
            }
            Dense.storeRow(line, width, DType.FLOAT64, a, index(from + i, from));
        }
        for (int k = 0; k < width; k++) {
            exchangeOthers(from + k, from + pivots[k], from, to);
        }
    }

    private static int pivot(double[] column, int from, int to) {
        int best = from;
        double largest = Math.abs(column[from]);
        for (int i = from + 1; i < to; i++) {
            double magnitude = Math.abs(column[i]);
            if (magnitude > largest) {
                largest = magnitude;
                best = i;
            }
        }
        return best;
    }

    /** Exchanges two rows, but for columns from to to, which have it behind them. */
    private void exchangeOthers(int one, int other, int from, int to) {
        if (one == other) {
            return;
        }
        int moved = permutation[one];
        permutation[one] = permutation[other];
        permutation[other] = moved;
        exchange(one, other, 0, from);
        exchange(one, other, to, columns - to);
    }

    private void exchange(int one, int other, int column, int count) {
        long first = index(one, column) * Double.BYTES;
        long second = index(other, column) * Double.BYTES;
        MemorySegment.copy(a, JAVA_DOUBLE, first, row, 0, count);
        MemorySegment.copy(a, second, a, first, (long) count * Double.BYTES);
        MemorySegment.copy(row, 0, a, JAVA_DOUBLE, second, count);
    }
}
