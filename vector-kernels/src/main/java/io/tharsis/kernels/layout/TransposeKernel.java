package io.tharsis.kernels.layout;

/**
 * Copies a matrix whose columns lie in order into one whose rows do.
 *
 * <p>Memory is given by absolute addresses that the caller has checked. <b>Thread-safe.</b>
 */
interface TransposeKernel {
    /**
     * Copies element (r, c) from {@code from + r * elementSize + c * columnStep} to {@code to + r *
     * pitch + c * elementSize}. The two matrices must not overlap; an element may be copied twice.
     *
     * @param columnStep bytes from a column to the next, of any sign
     * @param pitch bytes from a row of the copy to the next, of any sign
     */
    void run(long from, long columnStep, long to, long pitch, int rows, int columns);
}
