package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.ChunkFunction.Call;
import io.tharsis.kernels.matrix.MatrixProduct;
import io.tharsis.kernels.matrix.MatrixView;

import java.lang.foreign.MemorySegment;

/**
 * {@code C += A B} for a tall C, some rows at a time, which are still in a cache when the product
 * is added to them. Serves one caller, who may use it again and again.
 */
final class RowBlocks {
    /** Rows taken at a time. */
    private static final int ROWS = 128;

    /** Runs of rows that a product is split into at most; each needs memory of its own. */
    private static final int SHARES = 8;

    /** Multiplications worth a share, as others have to be woken for it. */
    private static final long GRAIN = 1 << 21;

    private final Call call;
    private final MatrixProduct product;
    private final MemorySegment right;
    private final MemorySegment[] left;
    private final MemorySegment[] scratch;
    private int depth;
    private long columns;

    /** Sizes are the largest ones: C (rows, columns), A (rows, depth). */
    RowBlocks(Call call, MatrixProduct product, int rows, long columns, int depth) {
        this.call = call;
        this.product = product;
        right = call.scratch(Math.max(1, product.packedRightBytes(depth, columns)));
        int shares = Math.clamp(Math.ceilDiv(rows, ROWS), 1, SHARES);
        left = new MemorySegment[shares];
        scratch = new MemorySegment[shares];
        for (int i = 0; i < shares; i++) {
            left[i] = call.scratch(Math.max(1, product.packedLeftBytes(ROWS, depth)));
            scratch[i] = call.scratch(product.scratchBytes());
        }
    }

    /** Bytes of scratch memory that the constructor asks for. */
    static long bytes(MatrixProduct product, long rows, long columns, long depth) {
        long shares = Math.clamp(Math.ceilDiv(rows, ROWS), 1, SHARES);
        return product.packedRightBytes(depth, columns)
                + shares * (product.packedLeftBytes(ROWS, depth) + product.scratchBytes());
    }

    /** What B is from now on. */
    void setRight(MatrixView b, long columns, int depth) {
        this.columns = columns;
        this.depth = depth;
        product.packRight(depth, columns, b, right);
    }

    /** Rows of C from one up to another. */
    @FunctionalInterface
    interface Rows {
        void prepare(int from, int to);
    }

    /**
     * Adds A B to each row of C.
     *
     * @param before called for rows of C before they are read
     */
    void add(int rows, MatrixView a, MatrixView c, int elementBytes, Rows before) {
        int blocks = Math.ceilDiv(rows, ROWS);
        int worth = Math.clamp(rows * columns * depth / GRAIN, 1, left.length);
        int shares = Math.min(blocks, worth);
        call.parallelFor(
                shares,
                share -> {
                    for (int block = share; block < blocks; block += shares) {
                        call.checkCancelled();
                        int top = block * ROWS;
                        int count = Math.min(ROWS, rows - top);
                        before.prepare(top, top + count);
                        product.packLeft(count, depth, a.from(top, 0, elementBytes), left[share]);
                        product.multiplyPacked(
                                count,
                                columns,
                                depth,
                                left[share],
                                count,
                                right,
                                c.from(top, 0, elementBytes),
                                true,
                                scratch[share]);
                    }
                });
    }
}
