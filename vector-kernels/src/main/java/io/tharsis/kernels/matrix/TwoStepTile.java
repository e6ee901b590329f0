package io.tharsis.kernels.matrix;

import io.tharsis.kernels.vector.Memory;

/**
 * Tiles in Java: one at a time, in two steps that compilers master.
 *
 * <p>Memory is given by absolute addresses that the caller has checked. <b>Thread-safe.</b>
 */
interface TwoStepTile {
    /**
     * In place of an address or a distance where that is said: a vector class does nothing but go
     * as many rounds of an empty loop as it is told rows, panels or steps.
     */
    long NOTHING = Long.MIN_VALUE;

    /**
     * {@code sums[i][j] = sum over k of left[k][i] * right[k][j]} for all rows of the tile and its
     * first {@code columns} columns. A sum starts from +0 and k ascends, one fused multiply-add
     * each for floats.
     *
     * @param columns rounded up to whole vectors, which {@code right} must hold
     * @param depth how many k
     * @param left address of packed panels, as many as hold the rows of the tile: each k by k, one
     *     element for each of {@link TileShape#PANEL_ROWS} rows; or {@link #NOTHING}
     * @param right address of a packed panel: k by k, one element for each column of the tile
     * @param sums address of a tile, row by row
     */
    void multiply(int columns, int depth, long left, long right, long sums);

    /**
     * {@code out[i][j] = in[i][j] + sums[i][j]} for the first {@code rows} rows and {@code columns}
     * columns; nothing else is read or written but {@code sums}.
     *
     * @param in may be {@code out}
     * @param inRowBytes from a row of {@code in} to the next; 0 to read the same row for all
     * @param outRowBytes as {@code inRowBytes}, for {@code out}; or {@link #NOTHING}
     */
    void add(
            int rows, int columns, long sums, long in, long inRowBytes, long out, long outRowBytes);

    /**
     * As {@link TileKernel#spread}, for one k.
     *
     * @param panelBytes or {@link #NOTHING}
     */
    default void spread(int bytes, int panels, long from, long to, long panelBytes) {
        for (int panel = 0; panel < panels; panel++) {
            Memory.copy(from + (long) panel * bytes, to + panel * panelBytes, bytes);
        }
    }
}
