package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;

import java.util.Arrays;

/**
 * Folds of several axes as a sequence of {@link Op.Reduce}s, by a rule that looks at shape and axes
 * alone, for it decides the tree of a float reduction:
 *
 * <ol>
 *   <li>Axes of length 1 are dropped.
 *   <li>Neighbouring axes to fold form a group; groups are folded one after the other, the
 *       innermost first.
 *   <li>Within a group axes are merged from the last outwards while the merged length is below
 *       {@value Program#FOLD_BLOCK}; the merged axes are folded as one flattened index; then the
 *       rest of the group likewise.
 *   <li>All axes of an expression over a matrix product ({@link Operand#isOverProduct}) are folded
 *       at once, tile by tile.
 *   <li>A merged length up to {@value ShortReduction#LONGEST} may be written out by {@link
 *       ShortReduction}, with the same tree.
 * </ol>
 */
final class Folds {
    private static final long SIGN = Long.MIN_VALUE;

    private Folds() {}

    /**
     * {@code axes} of {@code x} (counted from the front, all if none is named) folded and removed.
     * If there is nothing to fold the elements are the operator's neutral ones, which integers and
     * floats have in 0 for ADD and 1 for MUL.
     *
     * @param name of the NumPy function, for the message when an axis is empty and {@code op} has
     *     no neutral element
     */
    static Operand fold(String name, FoldOp op, Operand x, int[] axes) {
        boolean[] folded = new boolean[x.rank()];
        for (int axis : axes) {
            folded[axis] = true;
        }
        long[] result = lengths(x.shape(), folded, false);
        if (Shapes.size(x.shape()) == 0) {
            return empty(name, op, x, axes, result);
        }
        boolean wrapsSign = x.dtype() == DType.UINT64 && (op == FoldOp.MIN || op == FoldOp.MAX);
        if (axes.length == x.rank() && !wrapsSign && x.isOverProduct()) {
            return new Operand(new Op.TileFold(op), x.dtype(), result, x);
        }
        boolean[] open = new boolean[x.rank()];
        int rank = 0;
        for (int axis = 0; axis < x.rank(); axis++) {
            if (x.shape()[axis] != 1) {
                open[rank++] = folded[axis];
            }
        }
        Operand rest = Shaping.squeeze(x);
        int to = rank;
        while (to > 0) {
            int from = to - 1;
            if (open[from]) {
                from = mergeOutwards(rest.shape(), open, to);
                rest = foldMerged(op, rest, from, to);
            }
            to = from;
        }
        return Views.unitAxes(rest, result);
    }

    private static int mergeOutwards(long[] shape, boolean[] open, int to) {
        int from = to - 1;
        long length = shape[from];
        while (from > 0 && open[from - 1] && length < Program.FOLD_BLOCK) {
            length *= shape[--from];
        }
        return from;
    }

    private static Operand foldMerged(FoldOp op, Operand x, int from, int to) {
        long[] shape = x.shape();
        long[] kept = new long[shape.length - (to - from)];
        System.arraycopy(shape, 0, kept, 0, from);
        System.arraycopy(shape, to, kept, from, shape.length - to);
        long length = Shapes.size(Arrays.copyOfRange(shape, from, to));
        if (ShortReduction.suits(x, length)) {
            return ShortReduction.reduce(op, x, from, to);
        }
        // the lanes of a fold are signed: with the sign bit flipped their order is the unsigned one
        boolean isFlipped = x.dtype() == DType.UINT64 && (op == FoldOp.MIN || op == FoldOp.MAX);
        Operand signed = isFlipped ? flipSign(x) : x;
        Operand result = new Operand(new Op.Reduce(op, from, to), x.dtype(), kept, signed);
        return isFlipped ? flipSign(result) : result;
    }

    private static Operand flipSign(Operand x) {
        return Elementwise.bitwiseXor(x, Promotion.scalar(DType.UINT64, SIGN));
    }

    private static Operand empty(String name, FoldOp op, Operand x, int[] axes, long[] result) {
        boolean isNeutral = op != FoldOp.MIN && op != FoldOp.MAX;
        if (!isNeutral && Shapes.size(result) > 0) {
            throw new ShapeException(
                    "zero-size array to reduction operation "
                            + name
                            + " which has no identity: shape "
                            + Shapes.text(x.shape())
                            + " over axes "
                            + Arrays.toString(axes));
        }
        long neutral = op == FoldOp.MUL ? 1 : op == FoldOp.AND ? -1 : 0;
        return new Operand(new Op.Fill(Promotion.bits(x.dtype(), neutral)), x.dtype(), result);
    }

    /** {@code shape} without the folded axes, or with length 1 for each. */
    static long[] lengths(long[] shape, boolean[] folded, boolean keepdims) {
        long[] result = new long[shape.length];
        int rank = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            if (!folded[axis] || keepdims) {
                result[rank++] = folded[axis] ? 1 : shape[axis];
            }
        }
        return Arrays.copyOf(result, rank);
    }
}
