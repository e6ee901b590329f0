package io.tharsis.engine.linalg;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction.Call;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.matrix.MatrixProduct;
import io.tharsis.kernels.matrix.MatrixView;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Blocks of rows of a tall matrix, one after the other, and the two ways to factor one. If its
 * columns are far enough from dependent (see {@link #isRegular}), R is the Cholesky factor of
 * {@code AᵀA} and Q is {@code A R⁻¹}: two matrix products, as orthogonal as Householder's to within
 * a small factor (Yamazaki, Tomov, Dongarra, Mixed-precision Cholesky QR factorization, 2015). Else
 * it is Householder's. The data alone decides.
 *
 * <p>Serves one thread.
 */
final class TallBlock {
    /**
     * How much larger than for orthogonal columns the squared Frobenius norm of {@code R⁻¹} may be,
     * columns scaled to length 1. Uniform numbers have 4.
     */
    private static final double LIMIT = 16;

    /** Rows multiplied at a time, so that a packed strip stays in the cache and is small. */
    private static final int STRIP = 512;

    private static final MatrixProduct PRODUCT = MatrixProduct.of(Format.F64);

    private final Block matrix;
    private final int columns;
    private final int blockRows;
    private final MemorySegment wide;
    private final MemorySegment small;
    private final MemorySegment result;
    private final MemorySegment workspace;

    /**
     * @param width of what {@link #multiply} makes, 0 if it is not called
     */
    TallBlock(Call call, Block matrix, int blockRows, int width) {
        this.matrix = matrix;
        this.blockRows = blockRows;
        this.columns = Math.toIntExact(matrix.shape()[1]);
        boolean converts = matrix.dtype() != DType.FLOAT64;
        int rows = (int) Math.min(blockRows, matrix.shape()[0]);
        wide = converts ? call.scratch(bytes(rows, columns)) : null;
        result = converts && width > 0 ? call.scratch(bytes(rows, width)) : null;
        small = call.scratch(bytes(columns, Math.max(columns, width)));
        workspace =
                call.scratch(
                        Math.max(
                                PRODUCT.workspaceBytes(columns, columns, rows),
                                PRODUCT.workspaceBytes(Math.min(rows, STRIP), width, columns)));
    }

    private static long bytes(long rows, long columns) {
        return rows * columns * Double.BYTES;
    }

    int rows(int block) {
        return (int) Math.min(blockRows, matrix.shape()[0] - (long) block * blockRows);
    }

    private long first(int block) {
        return (long) block * blockRows * columns;
    }

    /** The block's elements as doubles: where they lie, or converted. */
    private MemorySegment doubles(int block) {
        long count = (long) rows(block) * columns;
        if (wide == null) {
            return matrix.segment().asSlice(first(block) * Double.BYTES, count * Double.BYTES);
        }
        Dense.widen(matrix.dtype(), matrix.segment(), first(block), count, wide, 0);
        return wide;
    }

    /** R of a block, by rows: as many as it has columns, 0 below its own number of rows. */
    double[][] triangle(int block) {
        int rows = rows(block);
        if (rows >= columns) {
            double[][] r = gram(block);
            if (isUsual(r) && CholeskyFactor.upper(r, columns) < 0) {
                clearBelow(r);
                if (isRegular(r)) {
                    return r;
                }
            }
        }
        double[][] r = Arrays.copyOf(householder(block).r(), columns);
        for (int i = Math.min(rows, columns); i < columns; i++) {
            r[i] = new double[columns];
        }
        return r;
    }

    private double[][] gram(int block) {
        MemorySegment a = doubles(block);
        PRODUCT.multiply(
                columns,
                columns,
                rows(block),
                new MatrixView(a, 0, 1, columns),
                new MatrixView(a, 0, columns, 1),
                new MatrixView(small, 0, columns, 1),
                false,
                workspace);
        return Dense.rows(DType.FLOAT64, small, 0, columns, columns);
    }

    /** Squares that neither overflowed nor lost bits to underflow. */
    private static boolean isUsual(double[][] gram) {
        for (int i = 0; i < gram.length; i++) {
            if (!(gram[i][i] > 0x1p-900 && gram[i][i] < 0x1p900)) {
                return false;
            }
        }
        return true;
    }

    private static void clearBelow(double[][] r) {
        for (int i = 1; i < r.length; i++) {
            Arrays.fill(r[i], 0, i, 0);
        }
    }

    /**
     * Whether the columns of a matrix with this R are far from dependent, whatever their lengths.
     */
    private static boolean isRegular(double[][] r) {
        int n = r.length;
        double squares = 0;
        double[][] inverse = Lanes.identity(n);
        Triangles.solveUpper(r, false, inverse, 0, n);
        for (int j = 0; j < n; j++) {
            double length = 0;
            for (int i = 0; i <= j; i++) {
                length += r[i][j] * r[i][j];
            }
            // row j of the inverse belongs to column j
            squares += length * Lanes.dot(inverse[j], inverse[j], j, n);
        }
        return squares <= LIMIT * n;
    }

    private HouseholderQr householder(int block) {
        int rows = rows(block);
        double[][] a = new double[columns][rows];
        Dense.loadColumns(matrix.dtype(), matrix.segment(), first(block), rows, columns, a, 0);
        return new HouseholderQr(a, rows);
    }

    /**
     * Q of a block times {@code x}, into the same rows of {@code output}.
     *
     * @param r what {@link #triangle} answered, by rows
     * @param x by rows, as many as the block has columns; overwritten
     */
    void multiply(int block, double[][] r, double[][] x, Block output) {
        int rows = rows(block);
        int width = x[0].length;
        long target = (long) block * blockRows * width;
        if (rows >= columns && isRegular(r)) {
            Triangles.solveUpper(r, false, x, 0, width);
            Dense.storeRows(x, DType.FLOAT64, small, 0);
            MatrixView to =
                    result == null
                            ? new MatrixView(output.segment(), target * Double.BYTES, width, 1)
                            : new MatrixView(result, 0, width, 1);
            var a = new MatrixView(doubles(block), 0, columns, 1);
            var right = new MatrixView(small, 0, width, 1);
            for (int row = 0; row < rows; row += STRIP) {
                PRODUCT.multiply(
                        Math.min(STRIP, rows - row),
                        width,
                        columns,
                        a.from(row, 0, Double.BYTES),
                        right,
                        to.from(row, 0, Double.BYTES),
                        false,
                        workspace);
            }
            if (result != null) {
                Dense.narrow(
                        result, 0, (long) rows * width, output.dtype(), output.segment(), target);
            }
            return;
        }
        double[][] padded = new double[width][rows];
        for (int i = 0; i < Math.min(rows, columns); i++) {
            for (int j = 0; j < width; j++) {
                padded[j][i] = x[i][j];
            }
        }
        householder(block).applyQ(padded);
        Dense.storeColumns(padded, 0, rows, width, output.dtype(), output.segment(), target);
    }
}
