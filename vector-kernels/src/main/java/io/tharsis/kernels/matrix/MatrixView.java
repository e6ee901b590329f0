package io.tharsis.kernels.matrix;

import java.lang.foreign.MemorySegment;

/**
 * Where the elements of a matrix lie: element (i, j) is {@code i * rowStride + j * columnStride}
 * elements after {@code byteOffset}. Strides may be negative or zero, so a transposed, reversed or
 * broadcast matrix is a view and no copy.
 *
 * @param memory native memory; whoever made it keeps it alive during the call that gets this view
 * @param byteOffset of element (0, 0)
 * @param rowStride elements from a row to the next
 * @param columnStride elements from a column to the next
 */
public record MatrixView(MemorySegment memory, long byteOffset, long rowStride, long columnStride) {
    /** A dense row-major matrix at the start of {@code memory}. */
    public static MatrixView rowMajor(MemorySegment memory, long columns) {
        return new MatrixView(memory, 0, columns, 1);
    }

    public MatrixView transposed() {
        return new MatrixView(memory, byteOffset, columnStride, rowStride);
    }

    /** The view whose element (0, 0) is element ({@code row}, {@code column}) of this one. */
    public MatrixView from(long row, long column, int elementBytes) {
        return new MatrixView(
                memory,
                byteOffset + (row * rowStride + column * columnStride) * elementBytes,
                rowStride,
                columnStride);
    }
}
