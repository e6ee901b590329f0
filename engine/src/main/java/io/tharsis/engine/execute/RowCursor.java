package io.tharsis.engine.execute;

import io.tharsis.engine.tile.FoldTree;
import io.tharsis.engine.tile.LoopGeometry;
import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.KernelCall;

import java.lang.foreign.MemorySegment;

/**
 * Folds whole blocks of {@link FoldTree#ROW_BLOCK} rows with the loop's {@code RowVariant}: one
 * kernel call for some blocks.
 *
 * <p><b>Confined to one thread, for the life of a morsel.</b>
 */
final class RowCursor {
    private final LoopFrame frame;
    private final LoopGeometry g;
    private final int runAt;
    private final Kernel kernel;
    private final KernelCall call;
    private final int[] elementSize;
    private final boolean[] uniform;
    private final PackedInput[] packs;

    /**
     * @param accumulators where each output's folded row goes
     */
    RowCursor(LoopFrame frame, int runAt, MemorySegment[] accumulators, Scratch scratch) {
        this.frame = frame;
        this.g = frame.geometry();
        this.runAt = runAt;
        this.kernel = frame.loop().rowVariant().kernel();
        this.call = new KernelCall(kernel.program());
        System.arraycopy(frame.params(), 0, call.params, 0, call.params.length);
        System.arraycopy(accumulators, 0, call.outputs, 0, accumulators.length);
        elementSize = new int[frame.inputs().length];
        uniform = new boolean[elementSize.length];
        packs = new PackedInput[elementSize.length];
        for (int i = 0; i < elementSize.length; i++) {
            elementSize[i] = frame.elementSize(i);
            uniform[i] = frame.loop().inputs().get(i).uniform();
            if (!uniform[i] && !frame.isDirect(i, runAt)) {
                packs[i] = new PackedInput(frame, i, runAt, g.foldAt(), scratch);
            }
            for (int row = 0; row < FoldTree.ROW_BLOCK; row++) {
                int slot = i * FoldTree.ROW_BLOCK + row;
                if (slot < call.inputs.length) {
                    call.inputs[slot] = packs[i] == null ? frame.inputs()[i] : packs[i].memory();
                }
            }
        }
    }

    /** True if there is such a variant and the rows of a block follow each other at equal steps. */
    static boolean fits(LoopFrame frame, int runAt) {
        LoopGeometry g = frame.geometry();
        return frame.loop().rowVariant() != null
                && g.innerAt() - g.foldAt() == 1
                && frame.canRunOver(runAt)
                && frame.canRunRows(runAt, g.foldAt());
    }

    /**
     * Folds {@code blocks} blocks of rows from {@code row} on at {@code index}, of which the folded
     * axis does not count, over elements {@code start} to {@code start + width} of the axes from
     * {@code runAt}. The row of block b goes to accumulators from element {@code b * width} on.
     * Blocks must not go beyond the group of rows that the first belongs to.
     */
    void fold(long[] index, long row, int blocks, long start, int width) {
        for (int i = 0; i < elementSize.length; i++) {
            long base = g.inputBase(i) + row * g.inputStep(i, g.foldAt());
            for (int axis = 0; axis < runAt; axis++) {
                if (axis != g.foldAt()) {
                    base += index[axis] * g.inputStep(i, axis);
                }
            }
            long at = (base + (uniform[i] ? 0 : start)) * elementSize[i];
            long step = g.inputStep(i, g.foldAt()) * elementSize[i];
            if (packs[i] != null) {
                at = packs[i].place(base, row, start, width);
                step = packs[i].rowBytes(g.foldAt());
            }
            for (int r = 0; r < FoldTree.ROW_BLOCK; r++) {
                int slot = i * FoldTree.ROW_BLOCK + r;
                if (slot < call.inputOffsets.length) {
                    call.inputOffsets[slot] = at + r * step;
                    call.inputSteps[slot] = FoldTree.ROW_BLOCK * step;
                }
            }
        }
        for (int x = 0; x < g.indexCount(); x++) {
            placeIndex(x, index);
        }
        for (int o = 0; o < call.outputSteps.length; o++) {
            call.outputSteps[o] = (long) width * frame.lane(o).byteSize();
        }
        kernel.run(call, width, blocks);
    }

    /** A position that is the same in all of a row is a parameter; no others come here. */
    private void placeIndex(int x, long[] index) {
        int param = frame.loop().indexes().get(x).param();
        if (param < 0 || param >= call.params.length) {
            return;
        }
        long at = g.indexBase(x);
        for (int axis = 0; axis < runAt; axis++) {
            if (axis != g.foldAt()) {
                at += index[axis] * g.indexStep(x, axis);
            }
        }
        call.params[param] = at;
    }
}
