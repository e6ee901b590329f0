package io.tharsis.engine.execute;

import io.tharsis.kernels.matrix.MatrixView;

import java.lang.foreign.MemorySegment;

/** Writes the transposed of a matrix whose rows are contiguous, in blocks that stay in cache. */
final class Mirror {
    private static final int BLOCK = 32;

    private Mirror() {}

    /** {@code to[c][r] = from[r][c]}; both have column stride 1 and elements of 4 or 8 bytes. */
    static void copy(MatrixView from, int rows, int columns, MatrixView to, int elementSize) {
        for (int row = 0; row < rows; row += BLOCK) {
            for (int column = 0; column < columns; column += BLOCK) {
                block(
                        from.from(row, column, elementSize),
                        Math.min(BLOCK, rows - row),
                        Math.min(BLOCK, columns - column),
                        to.from(column, row, elementSize),
                        elementSize);
            }
        }
    }

    /** Below the diagonal {@code matrix[c][r] = matrix[r][c]}, {@code size} by {@code size}. */
    static void lower(MatrixView matrix, int size, int elementSize) {
        for (int row = 0; row < size; row += BLOCK) {
            int rows = Math.min(BLOCK, size - row);
            for (int i = 0; i < rows; i++) {
                block(
                        matrix.from(row + i, row + i, elementSize),
                        1,
                        rows - i,
                        matrix.from(row + i, row + i, elementSize),
                        elementSize);
            }
            if (row + rows < size) {
                copy(
                        matrix.from(row, row + rows, elementSize),
                        rows,
                        size - row - rows,
                        matrix.from(row + rows, row, elementSize),
                        elementSize);
            }
        }
    }

    private static void block(
            MatrixView from, int rows, int columns, MatrixView to, int elementSize) {
        MemorySegment target = to.memory().asSlice(to.byteOffset());
        Packer.transposed(
                elementSize,
                from.memory(),
                from.byteOffset() / elementSize,
                1,
                from.rowStride(),
                target,
                Math.toIntExact(to.rowStride()),
                columns,
                rows);
    }
}
