package io.tharsis.engine.linalg;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction.Call;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.matrix.MatrixProduct;
import io.tharsis.kernels.matrix.MatrixView;

import java.lang.foreign.MemorySegment;

/**
 * {@code T⁻¹ X} in place, for a triangle T (n, n) and any number of columns of float64: {@link
 * #BLOCK} rows at a time by substitution, whose part in all other rows is then one product. That is
 * substitution in another order, and as stable (Higham, Accuracy and Stability of Numerical
 * Algorithms, 8.1 and 13.2).
 *
 * <p>May be used by several threads at once, each with work memory of its own.
 */
final class BlockedTriangle {
    /** Columns worth solving together: their rows stay in the second-level cache. */
    private static final int COLUMNS = 192;

    /** Runs of columns that a call is split into at most; each needs memory of its own. */
    private static final int SHARES = 8;

    /** Rows solved by substitution at a time. A constant of the engine: bits depend on it. */
    private static final int BLOCK = 32;

    private static final MatrixProduct PRODUCT = MatrixProduct.of(Format.F64);

    private final int n;
    private final boolean lower;
    private final boolean unit;
    private final double[][][] diagonal;
    private final MemorySegment[] others;

    /**
     * @param t rows of T, from their first column on; the other half is not read
     */
    BlockedTriangle(Call call, double[][] t, boolean lower, boolean unit) {
        this.n = t.length;
        this.lower = lower;
        this.unit = unit;
        int blocks = Math.ceilDiv(n, BLOCK);
        diagonal = new double[blocks][][];
        others = new MemorySegment[blocks];
        for (int block = 0; block < blocks; block++) {
            int from = block * BLOCK;
            int width = Math.min(BLOCK, n - from);
            diagonal[block] = new double[width][width];
            for (int i = 0; i < width; i++) {
                System.arraycopy(t[from + i], from, diagonal[block][i], 0, width);
            }
            others[block] = packed(call, t, block);
        }
    }

    /** Bytes of scratch memory for a triangle of n rows and a result of so many columns. */
    static long bytes(long n, long columns) {
        long shares = Math.clamp(Math.ceilDiv(columns, COLUMNS), 1, SHARES);
        int width = (int) Math.min(COLUMNS, columns);
        return (n * n + shares * n * width) * Double.BYTES + shares * workBytes(width);
    }

    /** The first of the rows that need the rows of a block. */
    private int firstOther(int block) {
        return lower ? Math.min(n, (block + 1) * BLOCK) : 0;
    }

    private int otherCount(int block) {
        return (lower ? n : block * BLOCK) - firstOther(block);
    }

    /** Minus the elements of T below or above a block of the diagonal. */
    private MemorySegment packed(Call call, double[][] t, int block) {
        int count = otherCount(block);
        if (count == 0) {
            return null;
        }
        int width = diagonal[block].length;
        MemorySegment dense = call.scratch((long) count * width * Double.BYTES);
        double[] row = new double[width];
        for (int i = 0; i < count; i++) {
            double[] from = t[firstOther(block) + i];
            for (int j = 0; j < width; j++) {
                row[j] = -from[block * BLOCK + j];
            }
            Dense.storeRow(row, width, DType.FLOAT64, dense, (long) i * width);
        }
        MemorySegment packed = call.scratch(PRODUCT.packedLeftBytes(count, width));
        PRODUCT.packLeft(count, width, MatrixView.rowMajor(dense, width), packed);
        return packed;
    }

    /**
     * {@code T⁻¹ B}, computed in float64.
     *
     * @param right of whose rows B is made
     * @param rows those n rows
     * @param output B's rows and columns
     */
    void solve(Call call, Block right, int[] rows, Block output) {
        long columns = output.shape()[1];
        int strips = Math.toIntExact(Math.ceilDiv(columns, (long) COLUMNS));
        int shares = Math.min(strips, SHARES);
        call.parallelFor(
                shares,
                share -> {
                    int most = (int) Math.min(COLUMNS, columns);
                    MemorySegment x = call.scratch((long) n * most * Double.BYTES);
                    MemorySegment work = call.scratch(workBytes(most));
                    for (int strip = share; strip < strips; strip += shares) {
                        call.checkCancelled();
                        long from = (long) strip * COLUMNS;
                        int width = (int) Math.min(COLUMNS, columns - from);
                        for (int i = 0; i < n; i++) {
                            long index = rows[i] * columns + from;
                            Dense.widen(
                                    right.dtype(),
                                    right.segment(),
                                    index,
                                    width,
                                    x,
                                    (long) i * width);
                        }
                        solve(x, width, work);
                        for (int i = 0; i < n; i++) {
                            Dense.narrow(
                                    x,
                                    (long) i * width,
                                    width,
                                    output.dtype(),
                                    output.segment(),
                                    i * columns + from);
                        }
                    }
                });
    }

    /** Bytes of work memory for {@code width} columns. */
    static long workBytes(int width) {
        return PRODUCT.packedRightBytes(BLOCK, width) + PRODUCT.scratchBytes();
    }

    /**
     * Solves in place.
     *
     * @param x n rows of {@code width} elements, one after the other
     * @param work {@link #workBytes} bytes for this call alone
     */
    void solve(MemorySegment x, int width, MemorySegment work) {
        double[][] rows = new double[Math.min(n, BLOCK)][width];
        MemorySegment scratch = work.asSlice(PRODUCT.packedRightBytes(BLOCK, width));
        for (int step = 0; step < diagonal.length; step++) {
            int block = lower ? step : diagonal.length - 1 - step;
            double[][] triangle = diagonal[block];
            int height = triangle.length;
            long first = (long) block * BLOCK * width;
            for (int i = 0; i < height; i++) {
                Dense.loadRow(DType.FLOAT64, x, first + (long) i * width, width, rows[i]);
            }
            if (lower) {
                Triangles.solveLower(triangle, unit, rows, 0, width);
            } else {
                Triangles.solveUpper(triangle, unit, rows, 0, width);
            }
            for (int i = 0; i < height; i++) {
                Dense.storeRow(rows[i], width, DType.FLOAT64, x, first + (long) i * width);
            }
            int count = otherCount(block);
            if (count > 0) {
                MatrixView all = MatrixView.rowMajor(x, width);
                PRODUCT.packRight(
                        height, width, all.from((long) block * BLOCK, 0, Double.BYTES), work);
                PRODUCT.multiplyPacked(
                        count,
                        width,
                        height,
                        others[block],
                        count,
                        work,
                        all.from(firstOther(block), 0, Double.BYTES),
                        true,
                        scratch);
            }
        }
    }
}
