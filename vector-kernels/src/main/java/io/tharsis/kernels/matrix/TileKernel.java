package io.tharsis.kernels.matrix;

/**
 * The inner loop of a product: one tile of the result, as large as the registers hold, over one
 * inner block.
 *
 * <p>Memory is given by absolute addresses that the caller has checked. <b>Thread-safe.</b>
 */
interface TileKernel {
    /**
     * {@code out[i][j] = in[i][j] + sum over k of left[k][i] * right[k][j]} for all rows of the
     * tile and its first {@code columns} columns. The sum starts from +0 and k ascends, one fused
     * multiply-add each for floats. {@code in} may be {@code out}.
     *
     * @param columns a multiple of the lanes of a vector, at most the tile's columns
     * @param depth how many k
     * @param left address of a packed panel: k by k, one element for each row of the tile
     * @param right address of a packed panel: k by k, one element for each column of the tile
     * @param inRowBytes from a row of {@code in} to the next; 0 to read the same row for all
     */
    void run(
            int columns,
            int depth,
            long left,
            long right,
            long in,
            long inRowBytes,
            long out,
            long outRowBytes);
}
