package io.tharsis.engine.execute;

import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.tile.FoldTree;
import io.tharsis.engine.tile.LoopGeometry;
import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.KernelCall;

import java.lang.foreign.MemorySegment;

/**
 * Folds whole blocks of rows with the loop's {@code RowVariant}: one kernel call for {@link
 * FoldTree#ROW_BLOCK} rows.
 *
 * <p><b>Confined to one thread, for the life of a morsel.</b>
 */
final class RowCursor {
    /** Bytes of a row so short that a block of rows is read ahead of the kernel. */
    private static final int SHORT_ROW = 4096;

    private final LoopFrame frame;
    private final LoopGeometry g;
    private final int runAt;
    private final Kernel kernel;
    private final KernelCall call;
    private final int[] elementSize;
    private final boolean[] uniform;

    /** Keeps reads from being left out. */
    private int touched;

    /**
     * @param accumulators where each output's folded row goes
     */
    RowCursor(LoopFrame frame, int runAt, MemorySegment[] accumulators) {
        this.frame = frame;
        this.g = frame.geometry();
        this.runAt = runAt;
        this.kernel = frame.loop().rowVariant().kernel();
        this.call = new KernelCall(kernel.program());
        System.arraycopy(frame.params(), 0, call.params, 0, call.params.length);
        System.arraycopy(accumulators, 0, call.outputs, 0, accumulators.length);
        elementSize = new int[frame.inputs().length];
        uniform = new boolean[elementSize.length];
        for (int i = 0; i < elementSize.length; i++) {
            elementSize[i] = frame.elementSize(i);
            uniform[i] = frame.loop().inputs().get(i).uniform();
            for (int row = 0; row < FoldTree.ROW_BLOCK; row++) {
                int slot = i * FoldTree.ROW_BLOCK + row;
                if (slot < call.inputs.length) {
                    call.inputs[slot] = frame.inputs()[i];
                }
            }
        }
    }

    /**
     * True if there is such a variant and the rows of a block follow each other at equal steps,
     * unpacked.
     */
    static boolean fits(LoopFrame frame, int runAt) {
        LoopGeometry g = frame.geometry();
        Loop loop = frame.loop();
        return loop.rowVariant() != null
                && g.innerAt() - g.foldAt() == 1
                && !frame.packs(runAt)
                && frame.canRunOver(runAt);
    }

    /**
     * Folds rows {@code row} to {@code row + ROW_BLOCK} at {@code index}, of which the folded axis
     * does not count, over elements {@code start} to {@code start + width} of the axes from {@code
     * runAt}.
     */
    void fold(long[] index, long row, long start, int width) {
        for (int i = 0; i < elementSize.length; i++) {
            long base = g.inputBase(i) + row * g.inputStep(i, g.foldAt());
            for (int axis = 0; axis < runAt; axis++) {
                if (axis != g.foldAt()) {
                    base += index[axis] * g.inputStep(i, axis);
                }
            }
            base += uniform[i] ? 0 : start;
            for (int r = 0; r < FoldTree.ROW_BLOCK; r++) {
                int slot = i * FoldTree.ROW_BLOCK + r;
                if (slot < call.inputOffsets.length) {
                    long at = base + r * g.inputStep(i, g.foldAt());
                    call.inputOffsets[slot] = at * elementSize[i];
                    if (width * elementSize[i] <= SHORT_ROW && !uniform[i]) {
                        touched += RunCursor.touch(call.inputs[slot], at, width, elementSize[i]);
                    }
                }
            }
        }
        kernel.run(call, width);
    }
}
