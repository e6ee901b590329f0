package io.tharsis.engine.functions.linear;

import io.tharsis.Slice;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.functions.Reductions;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

/** Diagonals of the last two axes. */
public final class Diagonals {
    private Diagonals() {}

    /** Diagonal {@code offset} of each matrix, as the last axis. */
    static Operand of(Operand x, long offset) {
        long rows = Matrices.rows(x);
        long columns = Matrices.columns(x);
        long first = offset >= 0 ? offset : -offset * columns;
        long length =
                Math.max(
                        0,
                        offset >= 0
                                ? Math.min(rows, columns - offset)
                                : Math.min(rows + offset, columns));
        long[] batch = Matrices.batch(x);
        if (length == 0) {
            return Matrices.zeros(x.dtype(), Matrices.shape(batch, 0));
        }
        Operand lines = Shaping.reshape(x, Matrices.shape(batch, rows * columns));
        return Indexing.get(
                lines,
                Slice.parse("...")[0],
                Slice.range(first, first + (length - 1) * (columns + 1) + 1, columns + 1));
    }

    /** NumPy's {@code trace(x, offset, axis1, axis2)}. */
    public static Operand trace(Operand x, long offset, int axis1, int axis2) {
        Operand moved =
                Shaping.moveaxis(
                        x,
                        new int[] {Shapes.axis(axis1, x.shape()), Shapes.axis(axis2, x.shape())},
                        new int[] {-2, -1});
        return Reductions.sum(of(moved, offset), new int[] {-1}, false);
    }
}
