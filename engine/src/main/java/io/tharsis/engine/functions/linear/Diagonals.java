package io.tharsis.engine.functions.linear;

import io.tharsis.Slice;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.functions.Joining;
import io.tharsis.engine.functions.Reductions;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.util.ArrayList;
import java.util.List;

/** Diagonals of the last two axes. */
public final class Diagonals {
    /** The largest block that is laid out in one line to step along its diagonal. */
    private static final long BLOCK = 256;

    private Diagonals() {}

    /** Diagonal {@code offset} of each matrix, as the last axis; only blocks on it are read. */
    static Operand of(Operand x, long offset) {
        long top = Math.max(0, -offset);
        long left = Math.max(0, offset);
        long length = Math.min(Matrices.rows(x) - top, Matrices.columns(x) - left);
        if (length <= 0) {
            return Matrices.zeros(x.dtype(), Matrices.shape(Matrices.batch(x), 0));
        }
        List<Operand> parts = new ArrayList<>();
        for (long from = 0; from < length; from += BLOCK) {
            long to = Math.min(length, from + BLOCK);
            parts.add(
                    ofSquare(
                            Matrices.block(x, top + from, top + to, left + from, left + to),
                            to - from));
        }
        return parts.size() == 1
                ? parts.getFirst()
                : Joining.concatenate(-1, parts.toArray(Operand[]::new));
    }

    private static Operand ofSquare(Operand x, long n) {
        Operand lines = Shaping.reshape(x, Matrices.shape(Matrices.batch(x), n * n));
        return Indexing.get(lines, Slice.parse("...")[0], Slice.every(n + 1));
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
