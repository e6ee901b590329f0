package io.tharsis.kernels.matrix;

/**
 * The inner loop of a product: tiles of the result, each as large as the registers hold, over one
 * inner block.
 *
 * <p>Memory is given by absolute addresses that the caller has checked. <b>Thread-safe.</b>
 */
interface TileKernel {
    /**
     * {@code out[i][j] = base + sum over k of left[k][i] * right[k][j]} for one row of tiles: all
     * columns, and as many rows as a tile has at most. The base is what {@code out} holds if {@code
     * adds}, and else nothing. A sum starts from +0 and k ascends, one fused multiply-add each for
     * floats.
     *
     * @param rows of the result, which the tile's may exceed; nothing else is read or written
     * @param columns at least 1
     * @param depth how many k, at least 1
     * @param left address of packed panels, as many as hold the rows of a tile: each k by k, one
     *     element for each of {@link TileShape#PANEL_ROWS} rows
     * @param right address of packed panels, one for each tile: k by k, one element for each column
     * @param outRowBytes from a row of {@code out} to the next
     * @param scratch address of a row of a tile whose elements change nothing they are added to,
     *     followed by room for a tile
     */
    void multiplyRow(
            int rows,
            int columns,
            int depth,
            long left,
            long right,
            long out,
            long outRowBytes,
            boolean adds,
            long scratch);

    /**
     * Copies elements that lie in order to panel after panel, for each k.
     *
     * @param bytes that go to each: the rows, or the columns, of a panel
     * @param panels at least 1
     * @param depth how many k, at least 1
     * @param stepBytes from the first element of a k to that of the next
     * @param panelBytes from where the first elements of a panel go to where those of the next go
     */
    void spread(
            int bytes, int panels, int depth, long from, long stepBytes, long to, long panelBytes);
}
