package io.tharsis.engine.execute;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.FoldOp;

import java.lang.foreign.MemorySegment;

/** As {@link ValueStack}, with a row of lanes for each node. */
final class RowStack {
    private final FoldOp op;
    private final Lane lane;
    private final int width;
    private final Scratch scratch;
    private final int[] levels = new int[64];
    private final long[] indexes = new long[64];
    private final MemorySegment[] rows = new MemorySegment[64];
    private int size;

    /**
     * @param scratch where rows are taken from; not reset by this stack
     */
    RowStack(FoldOp op, Lane lane, int width, Scratch scratch) {
        this.op = op;
        this.lane = lane;
        this.width = width;
        this.scratch = scratch;
    }

    void clear() {
        size = 0;
    }

    /** The next node in order; its row may be overwritten. */
    void push(int level, long index, MemorySegment row, long offset) {
        int l = level;
        long i = index;
        while (size > 0 && levels[size - 1] == l && (i & 1) == 1 && indexes[size - 1] == i - 1) {
            size--;
            LaneKernels.combine(op, lane, rows[size], 0, row, offset, row, offset, width);
            l++;
            i >>= 1;
        }
        if (rows[size] == null) {
            rows[size] = scratch.take((long) width * lane.byteSize());
        }
        MemorySegment.copy(row, offset, rows[size], 0, (long) width * lane.byteSize());
        levels[size] = l;
        indexes[size] = i;
        size++;
    }

    int size() {
        return size;
    }

    MemorySegment row(int i) {
        return rows[i];
    }

    /**
     * All open nodes folded, last first; valid until the next push. The stack must not be empty.
     */
    MemorySegment result() {
        MemorySegment result = rows[size - 1];
        for (int i = size - 2; i >= 0; i--) {
            LaneKernels.combine(op, lane, rows[i], 0, result, 0, result, 0, width);
        }
        return result;
    }
}
