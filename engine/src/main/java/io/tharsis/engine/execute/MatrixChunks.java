package io.tharsis.engine.execute;

import io.tharsis.engine.graph.View;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.engine.tile.Task;
import io.tharsis.kernels.matrix.MatrixProduct;
import io.tharsis.kernels.matrix.MatrixView;

import java.lang.foreign.MemorySegment;

/**
 * A chunked operand of a product at work: finds where its elements lie, and packs boxes of it. A
 * box inside one chunk is packed from where it is, through its view; one that lies in several is
 * gathered first. Thread-safe.
 */
final class MatrixChunks {
    private final View view;
    private final ChunkGrid grid;
    private final MemorySegment[] chunks;
    private final int elementSize;
    private final int rowAxis;

    /** A view of the matrix from one element on, and how far that chunk reaches. */
    record Piece(MatrixView view, long rows, long columns) {}

    MatrixChunks(Task.Matrix matrix, int[] reads, int elementSize, Execution execution) {
        this.view = matrix.view();
        this.grid = matrix.grid();
        this.elementSize = elementSize;
        this.rowAxis = view.source().length - 2;
        this.chunks = new MemorySegment[matrix.places().length];
        for (int chunk = 0; chunk < chunks.length; chunk++) {
            int place = matrix.places()[chunk];
            chunks[chunk] = place < 0 ? null : execution.memory(reads[place]);
        }
    }

    int elementSize() {
        return elementSize;
    }

    /** True if any box may have to be gathered. */
    boolean isCut() {
        return chunks.length > 1;
    }

    /** The matrix from the element at {@code index}: batch axes, then row and column. */
    Piece from(long... index) {
        int rank = grid.rank();
        long[] at = view.offset().clone();
        for (int k = 0; k < index.length; k++) {
            if (view.source()[k] >= 0) {
                at[view.source()[k]] += view.step()[k] * index[k];
            }
        }
        int chunk = 0;
        long[] low = new long[rank];
        long[] high = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            int position = grid.locate(axis, at[axis]);
            low[axis] = grid.cuts(axis)[position];
            high[axis] = grid.cuts(axis)[position + 1];
            chunk = chunk * grid.count(axis) + position;
        }
        long element = 0;
        long stride = 1;
        long rowStride = 0;
        long columnStride = 0;
        for (int axis = rank - 1; axis >= 0; axis--) {
            element += (at[axis] - low[axis]) * stride;
            if (view.source()[rowAxis] == axis) {
                rowStride = view.step()[rowAxis] * stride;
            }
            if (view.source()[rowAxis + 1] == axis) {
                columnStride = view.step()[rowAxis + 1] * stride;
            }
            stride *= high[axis] - low[axis];
        }
        return new Piece(
                new MatrixView(chunks[chunk], element * elementSize, rowStride, columnStride),
                reach(rowAxis, at, low, high),
                reach(rowAxis + 1, at, low, high));
    }

    /** Steps along {@code axis} until the chunk ends, the first element counted. */
    private long reach(int axis, long[] at, long[] low, long[] high) {
        if (isRepeated(axis)) {
            return Long.MAX_VALUE;
        }
        int source = view.source()[axis];
        long step = view.step()[axis];
        return step > 0
                ? (high[source] - 1 - at[source]) / step + 1
                : (at[source] - low[source]) / -step + 1;
    }

    /**
     * Packs {@code rows} by {@code columns} elements from {@code index} on as the left operand of a
     * product.
     *
     * @param aside memory for them all, used if they lie in several chunks
     */
    void packLeft(
            MatrixProduct product,
            long[] index,
            long rows,
            long columns,
            MemorySegment aside,
            MemorySegment target) {
        product.packLeft(rows, columns, box(index, rows, columns, aside), target);
    }

    /** As {@link #packLeft}, as the right operand. */
    void packRight(
            MatrixProduct product,
            long[] index,
            long rows,
            long columns,
            MemorySegment aside,
            MemorySegment target) {
        product.packRight(rows, columns, box(index, rows, columns, aside), target);
    }

    /**
     * A box of the matrix where it lies, or gathered in {@code aside}. Where all rows, or columns,
     * are the same one, its stride is 0 in both cases: loops may have been told so.
     */
    MatrixView box(long[] index, long rows, long columns, MemorySegment aside) {
        Piece first = from(index);
        if (first.rows() >= rows && first.columns() >= columns) {
            return first.view();
        }
        long height = isRepeated(rowAxis) ? 1 : rows;
        long width = isRepeated(rowAxis + 1) ? 1 : columns;
        gather(index, height, width, aside);
        return new MatrixView(
                aside, 0, isRepeated(rowAxis) ? 0 : width, isRepeated(rowAxis + 1) ? 0 : 1);
    }

    private boolean isRepeated(int axis) {
        return view.source()[axis] < 0 || view.step()[axis] == 0;
    }

    private void gather(long[] index, long rows, long columns, MemorySegment aside) {
        long[] at = index.clone();
        for (long row = 0; row < rows; ) {
            long height = 0;
            for (long column = 0; column < columns; ) {
                at[rowAxis] = index[rowAxis] + row;
                at[rowAxis + 1] = index[rowAxis + 1] + column;
                Piece piece = from(at);
                height = Math.min(piece.rows(), rows - row);
                long width = Math.min(piece.columns(), columns - column);
                copy(piece.view(), height, width, aside, row * columns + column, columns);
                column += width;
            }
            row += height;
        }
    }

    private void copy(
            MatrixView from, long rows, long columns, MemorySegment to, long start, long pitch) {
        long first = from.byteOffset() / elementSize;
        if (Math.abs(from.rowStride()) == 1 && Math.abs(from.columnStride()) != 1) {
            Packer.transposed(
                    elementSize,
                    from.memory(),
                    first,
                    from.rowStride(),
                    from.columnStride(),
                    to.asSlice(start * elementSize),
                    Math.toIntExact(pitch),
                    Math.toIntExact(rows),
                    Math.toIntExact(columns));
            return;
        }
        for (long row = 0; row < rows; row++) {
            Packer.strided(
                    elementSize,
                    from.memory(),
                    first + row * from.rowStride(),
                    from.columnStride(),
                    to,
                    start + row * pitch,
                    Math.toIntExact(columns));
        }
    }
}
