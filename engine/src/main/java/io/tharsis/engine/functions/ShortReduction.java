package io.tharsis.engine.functions;

import io.tharsis.Slice;
import io.tharsis.engine.graph.Operand;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;
import java.util.Arrays;

/**
 * A reduction over a short axis written as an element-wise tree over views of its positions, so that it becomes part of the loop
 * around it. The tree is exactly the one a fold would have: the accumulators of {@code Output.FoldLanes}, halved, where the axis is the
 * innermost; a fold of rows in order where elements lie inside it.
 */
final class ShortReduction {
    /** The longest axis that is written out. */
    static final int LONGEST = 8;

    private ShortReduction() {}

    /**
     * Folds axes {@code from} (inclusive) to {@code to} (exclusive) of {@code x}, of together 1 to {@link #LONGEST} elements, as one
     * flattened index, and removes them.
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
