package io.tharsis.engine.functions;

import io.tharsis.Slice;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.View;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A reduction over a short axis written as an element-wise tree over views of its positions, so
 * that it becomes part of the loop around it. The tree is exactly the one a fold would have: the
 * accumulators of {@code Output.FoldLanes}, halved, where the axis is the innermost; a fold of rows
 * in order where elements lie inside it.
 */
final class ShortReduction {
    /** The longest axis that is written out. */
    static final int LONGEST = 8;

    /**
     * The most operations written out; beyond this a loop that stores its elements and a fold of
     * them are cheaper to plan.
     */
    private static final int MOST_OPERATIONS = 512;

    private ShortReduction() {}

    /**
     * Whether a fold of {@code length} elements of {@code x} is better written out; the bits are
     * the same either way.
     */
    static boolean suits(Operand x, long length) {
        return length <= LONGEST && !hasMoreOperations(x, MOST_OPERATIONS / (int) length);
    }

    /** An operand as seen through a view: what a loop computes once. */
    private record Seen(Operand operand, View view) {}

    /**
     * Whether a loop over {@code x} would compute more than {@code limit} things for each element.
     */
    private static boolean hasMoreOperations(Operand x, int limit) {
        Set<Seen> known = new HashSet<>();
        Deque<Seen> open = new ArrayDeque<>();
        open.push(new Seen(x, View.identity(x.rank())));
        while (!open.isEmpty()) {
            Seen seen = open.pop();
            if (!known.add(seen)) {
                continue;
            }
            if (known.size() > limit) {
                return true;
            }
            Operand operand = seen.operand;
            for (Operand input : operand.stored() == null ? operand.inputs() : List.<Operand>of()) {
                switch (operand.op()) {
                    case Op.Viewed(View view) ->
                            open.push(new Seen(input, seen.view.compose(view)));
                    case Op.Elementwise _ -> {
                        View broadcast = View.broadcast(input.shape(), operand.shape());
                        open.push(new Seen(input, seen.view.compose(broadcast)));
                    }
                    default -> {}
                }
            }
        }
        return false;
    }

    /**
     * Folds axes {@code from} (inclusive) to {@code to} (exclusive) of {@code x}, of together 1 to
     * {@link #LONGEST} elements, as one flattened index, and removes them.
     */
    static Operand reduce(FoldOp op, Operand x, int from, int to) {
        int count = 1;
        for (int axis = from; axis < to; axis++) {
            count = Math.toIntExact(count * x.shape()[axis]);
        }
        Operand[] terms = new Operand[count];
        for (int i = 0; i < count; i++) {
            terms[i] = element(x, from, to, i);
        }
        return to == x.rank() ? halve(op, terms) : inOrder(op, terms);
    }

    private static Operand element(Operand x, int from, int to, int flat) {
        Slice[] slices = new Slice[to];
        Arrays.fill(slices, Slice.all());
        int rest = flat;
        for (int axis = to - 1; axis >= from; axis--) {
            int length = (int) x.shape()[axis];
            slices[axis] = Slice.at(rest % length);
            rest /= length;
        }
        return Indexing.get(x, slices);
    }

    private static Operand halve(FoldOp op, Operand[] terms) {
        for (int half = Program.FOLD_LANES / 2; half > 0; half /= 2) {
            for (int l = 0; l < half && l + half < terms.length; l++) {
                terms[l] = combine(op, terms[l], terms[l + half]);
            }
        }
        return terms[0];
    }

    private static Operand inOrder(FoldOp op, Operand[] terms) {
        Operand result = terms[0];
        for (int i = 1; i < terms.length; i++) {
            result = combine(op, result, terms[i]);
        }
        return result;
    }

    private static Operand combine(FoldOp op, Operand a, Operand b) {
        return switch (op) {
            case ADD -> Elementwise.add(a, b);
            case MUL -> Elementwise.multiply(a, b);
            case MIN -> Elementwise.minimum(a, b);
            case MAX -> Elementwise.maximum(a, b);
            case AND -> Elementwise.bitwiseAnd(a, b);
            case OR -> Elementwise.bitwiseOr(a, b);
            case XOR -> Elementwise.bitwiseXor(a, b);
        };
    }
}
