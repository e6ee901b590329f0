package io.tharsis.engine.fuse;

import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;

import java.util.List;

/**
 * A fused loop: one kernel program run over a domain of indices.
 *
 * @param domain lengths of the axes the loop runs over
 * @param foldFrom first domain axis that a closing reduction folds, -1 if there is none
 * @param foldTo the axis after the last folded one
 * @param inputs input slots of the program
 * @param indexes numbers that depend on the position
 * @param params parameter slots of the program that come from operands; others are set from {@code
 *     indexes}
 * @param outputs output slots of the program
 * @param variant the same program with folds replaced by stores
 * @param rowVariant the same program over a block of rows at once, null if there is none
 * @param grid how the domain must be cut, null if it may be cut at will
 */
public record Loop(
        long[] domain,
        int foldFrom,
        int foldTo,
        List<Input> inputs,
        List<Index> indexes,
        List<Param> params,
        List<Out> outputs,
        Program program,
        Kernel kernel,
        StoreVariant variant,
        RowVariant rowVariant,
        ChunkGrid grid)
        implements Step {
    /** Rows of a block of the tree of a fold across rows. */
    public static final int ROW_BLOCK = 16;

    /**
     * A stored node and the view from domain indices to its indices.
     *
     * @param uniform true if the program loads one element a run; then the view does not walk the
     *     domain's last long axis
     */
    public record Input(int node, View view, boolean uniform) {}

    /**
     * The number {@code offset + sum of coefficient[k] * index[k]} over domain axes.
     *
     * @param slot the index slot it goes to, if consecutive elements of a run have consecutive
     *     numbers; else -1
     * @param param otherwise the parameter slot that takes its value at a run's first element
     */
    public record Index(long[] coefficient, long offset, int slot, int param) {}

    /** What an operand gives a parameter slot. */
    public enum Part {
        VALUE,
        /** {@link RootBound#least} of the value. */
        LEAST_ROOT,
        /** {@link RootBound#greatest} of the value. */
        GREATEST_ROOT,
        SEED,
        STREAM
    }

    /** Parameter {@code param} is a part of operand {@code origin}. */
    public record Param(int param, int origin, Part part) {}

    /**
     * A node made by this loop, stored in {@code format}; {@code fold} is null if it is stored
     * element by element. If the node is a fold by tiles, its argument is what is stored.
     */
    public record Out(int node, FoldOp fold, Format format) {}

    public boolean folds() {
        return foldFrom >= 0;
    }

    /** Product of the axes before the folded ones; 1 if nothing is folded. */
    public long outerSize(long[] box) {
        return folds() ? product(box, 0, foldFrom) : 1;
    }

    /** Product of the folded axes. */
    public long foldSize(long[] box) {
        return folds() ? product(box, foldFrom, foldTo) : 1;
    }

    /** Product of the axes after the folded ones. */
    public long innerSize(long[] box) {
        return folds() ? product(box, foldTo, box.length) : Shapes.size(box);
    }

    /**
     * True if the fold runs along the innermost axes, false if it runs across rows (or there is
     * none).
     */
    public boolean foldsLanes() {
        return folds() && innerSize(domain) == 1;
    }

    private static long product(long[] box, int from, int to) {
        long product = 1;
        for (int axis = from; axis < to; axis++) {
            product *= box[axis];
        }
        return product;
    }
}
