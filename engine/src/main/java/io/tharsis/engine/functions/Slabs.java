package io.tharsis.engine.functions;

import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * A tensor in slices along its first axis, each of which can be computed and dropped before the
 * next.
 */
public final class Slabs {
    private final Operand whole;
    private final long rows;

    private Slabs(Operand whole, long rows) {
        this.whole = whole;
        this.rows = rows;
    }

    /**
     * Slices of about {@code bytes} each; one slice, the operand itself, if it is small or if its
     * parts cannot be computed one without the others (a sum is made of all, a sort needs all).
     */
    public static Slabs of(Operand operand, long bytes) {
        long[] shape = operand.shape();
        long byteSize = Shapes.isKnown(shape) ? Shapes.size(shape) * operand.dtype().byteSize() : 0;
        if (byteSize <= bytes || shape[0] < 2 || !isLocal(operand)) {
            return new Slabs(operand, Long.MAX_VALUE);
        }
        return new Slabs(operand, Math.max(1, bytes / (byteSize / shape[0])));
    }

    private static boolean isLocal(Operand root) {
        Set<Operand> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Operand> pending = new ArrayDeque<>();
        pending.add(root);
        while (!pending.isEmpty()) {
            Operand operand = pending.pop();
            if (operand.stored() != null || !seen.add(operand)) {
                continue;
            }
            switch (operand.op()) {
                case Op.Elementwise _,
                        Op.Viewed _,
                        Op.Fill _,
                        Op.Iota _,
                        Op.RandomBits _,
                        Op.Read _,
                        Op.Data _ ->
                        pending.addAll(operand.inputs());
                case Op.Reshape _,
                        Op.Reduce _,
                        Op.Product _,
                        Op.TileFold _,
                        Op.TileMoments _,
                        Op.Concat _,
                        Op.Rechunk _,
                        Op.Chunked _ -> {
                    return false;
                }
            }
        }
        return true;
    }

    public long count() {
        return rows == Long.MAX_VALUE ? 1 : Math.ceilDiv(whole.shape()[0], rows);
    }

    /** Slice {@code i}: a view of the operand, or the operand if there is but one. */
    public Operand slab(long i) {
        if (count() == 1) {
            return whole;
        }
        View view = View.identity(whole.rank());
        view.offset()[0] = i * rows;
        long[] shape = whole.shape().clone();
        shape[0] = Math.min(rows, shape[0] - i * rows);
        return new Operand(new Op.Viewed(view), whole.dtype(), shape, whole);
    }

    /** The row-major position of the first element of slice {@code i}. */
    public long position(long i) {
        return count() == 1 ? 0 : i * rows * (Shapes.size(whole.shape()) / whole.shape()[0]);
    }
}
