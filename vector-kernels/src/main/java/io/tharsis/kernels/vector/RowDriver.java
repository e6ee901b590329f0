package io.tharsis.kernels.vector;

import io.tharsis.kernels.KernelCall;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;

import java.util.List;

/**
 * Drives a generated loop over rows that are bound already, for programs that stage nothing and
 * meet nothing rare: what {@link VectorKernel} does for each row, with everything that is the same
 * for all rows decided once. A row of some hundred elements costs less than deciding.
 */
final class RowDriver {
    private final VectorKernel kernel;
    private final int laneCount;
    private final int loopStep;
    private final boolean lanesOnly;

    /** Per load: its input slot, and the bytes of an element, 0 if it is uniform. */
    private final int[] slots;

    private final int[] inSizes;
    private final int[] outSizes;

    RowDriver(VectorKernel kernel, Layout layout) {
        this.kernel = kernel;
        this.laneCount = layout.laneCount();
        this.loopStep = layout.unroll() > 1 ? layout.unroll() * laneCount : Integer.MAX_VALUE;
        List<Node.Load> loads = layout.loads();
        List<Output> outputs = layout.program().outputs();
        lanesOnly = layout.program().foldsLanesOnly();
        slots = loads.stream().mapToInt(Node.Load::input).toArray();
        inSizes =
                loads.stream()
                        .mapToInt(
                                load ->
                                        load.access() == Access.UNIFORM
                                                ? 0
                                                : load.format().byteSize())
                        .toArray();
        outSizes = outputs.stream().mapToInt(layout::loopByteSize).toArray();
    }

    /**
     * True for programs this class can drive: their rows are all alike, and a tail is folded in
     * place or computed again.
     */
    static boolean fits(Layout layout) {
        List<Output> outputs = layout.program().outputs();
        return !layout.isBlocked()
                && layout.program().indexCount() == 0
                && layout.loads().stream().noneMatch(load -> load.access() == Access.UNIFORM)
                && (layout.program().foldsLanesOnly()
                        || outputs.stream().allMatch(Output.Store.class::isInstance));
    }

    /**
     * Runs rows of {@code n} elements from the one the frame is bound to, as long as whole vectors
     * can be read.
     *
     * @param again true if outputs that are stored may be computed twice
     * @return rows done; the frame's bases are at the next one
     */
    int run(Frame frame, KernelCall call, long scratch, int n, int rows, boolean again) {
        int tail = n & (laneCount - 1);
        int whole = n - tail;
        if (tail > 0 && !lanesOnly && !(again && whole > 0)) {
            return 0;
        }
        int done = whole >= loopStep ? whole - whole % loopStep : 0;
        for (int row = 0; row < rows; row++) {
            if (tail > 0 && lanesOnly && !reaches(frame, whole + laneCount)) {
                return row;
            }
            for (int i = 0; i < inSizes.length; i++) {
                frame.in[i] = frame.inBase[i];
            }
            for (int o = 0; o < outSizes.length; o++) {
                frame.out[o] = frame.outBase[o];
            }
            if (lanesOnly) {
                kernel.fill(frame, whole);
            }
            if (done > 0) {
                kernel.unrolled(frame, whole);
            }
            if (done < whole) {
                kernel.rest(frame, done, whole);
            }
            if (tail > 0) {
                if (lanesOnly) {
                    foldTail(frame, scratch, whole, tail);
                } else {
                    kernel.rest(shift(frame, n - laneCount), 0, laneCount);
                }
            }
            for (int i = 0; i < inSizes.length; i++) {
                frame.inBase[i] += call.inputSteps[slots[i]];
            }
            for (int o = 0; o < outSizes.length; o++) {
                frame.outBase[o] += call.outputSteps[o];
            }
        }
        return rows;
    }

    private boolean reaches(Frame frame, int count) {
        for (int i = 0; i < inSizes.length; i++) {
            if (frame.inBase[i] + (long) count * inSizes[i] > frame.inEnd[i]) {
                return false;
            }
        }
        return true;
    }

    private Frame shift(Frame frame, int elements) {
        for (int i = 0; i < inSizes.length; i++) {
            frame.in[i] += (long) elements * inSizes[i];
        }
        for (int o = 0; o < outSizes.length; o++) {
            frame.out[o] += (long) elements * outSizes[o];
        }
        return frame;
    }

    /** What the lanes after the tail spoil is kept meanwhile. */
    private void foldTail(Frame frame, long scratch, int whole, int tail) {
        for (int i = 0; i < inSizes.length; i++) {
            frame.in[i] += (long) whole * inSizes[i];
        }
        long block = (long) (whole / Program.FOLD_BLOCK) * Program.FOLD_LANES;
        for (int o = 0; o < outSizes.length; o++) {
            frame.out[o] += block * outSizes[o];
        }
        if (whole % Program.FOLD_BLOCK == 0) {
            kernel.fill(frame, 1);
        }
        long lane = whole % Program.FOLD_LANES;
        long kept = scratch;
        for (int o = 0; o < outSizes.length; o++) {
            frame.out[o] += lane * outSizes[o];
            kept += move(frame.out[o] + (long) tail * outSizes[o], kept, laneCount - tail, o);
        }
        kernel.rest(frame, 0, laneCount);
        kept = scratch;
        for (int o = 0; o < outSizes.length; o++) {
            kept += move(kept, frame.out[o] + (long) tail * outSizes[o], laneCount - tail, o);
        }
    }

    /**
     * Moves elements of output {@code o}, an int at a time: so few that a copy's set-up costs more.
     */
    private long move(long from, long to, int elements, int o) {
        long byteSize = (long) elements * outSizes[o];
        for (long at = 0; at < byteSize; at += Integer.BYTES) {
            Memory.ALL.set(Memory.INT, to + at, Memory.ALL.get(Memory.INT, from + at));
        }
        return byteSize;
    }
}
