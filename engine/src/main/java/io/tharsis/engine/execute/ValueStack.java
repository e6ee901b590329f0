package io.tharsis.engine.execute;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.FoldOp;

/** The open nodes of a fold's tree while its blocks come in order; one value a node. */
final class ValueStack {
    private final FoldOp op;
    private final Lane lane;
    private final int[] levels = new int[64];
    private final long[] indexes = new long[64];
    private final long[] values = new long[64];
    private int size;

    ValueStack(FoldOp op, Lane lane) {
        this.op = op;
        this.lane = lane;
    }

    void clear() {
        size = 0;
    }

    /** The next node in order; siblings merge at once. */
    void push(int level, long index, long value) {
        int l = level;
        long i = index;
        long v = value;
        while (size > 0 && levels[size - 1] == l && (i & 1) == 1 && indexes[size - 1] == i - 1) {
            v = FoldMath.apply(op, lane, values[--size], v);
            l++;
            i >>= 1;
        }
        levels[size] = l;
        indexes[size] = i;
        values[size++] = v;
    }

    int size() {
        return size;
    }

    /** The value of the open node {@code i}, in order. */
    long value(int i) {
        return values[i];
    }

    /** All open nodes folded, last first. */
    long result() {
        if (size == 0) {
            return FoldMath.empty(op, lane);
        }
        long result = values[size - 1];
        for (int i = size - 2; i >= 0; i--) {
            result = FoldMath.apply(op, lane, values[i], result);
        }
        return result;
    }
}
