package io.tharsis.engine.execute;

import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.tile.LoopGeometry;
import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.KernelCall;
import io.tharsis.kernels.ir.Node;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Walks the runs of a loop: {@link #seek} puts it at an index of the outer axes, {@link #run} runs
 * the kernel over a stretch of the axes from {@code runAt} on. Inputs that do not lie in order are
 * packed into scratch first, see {@link PackedInput}.
 *
 * <p><b>Confined to one thread, for the life of a morsel.</b>
 */
final class RunCursor {
    private static final int CACHE_LINE = 64;

    /** Bytes of inputs that may well lie in a core's caches. */
    private static final long CACHED = 4 << 20;

    /** Elements of the longest vectors of 32-bit lanes. */
    static final int VECTOR = 16;

    private final LoopFrame frame;
    private final LoopGeometry g;
    private final Kernel kernel;
    private final KernelCall call;
    private final int runAt;
    private final int groupAxis;
    private final boolean[] direct;
    private final boolean[] uniform;
    private final int[] elementSize;
    private final long[] base;
    private final long[] indexBase;
    private final PackedInput[] packs;
    private final long[] outWidth;
    private long outBase;
    private long groupIndex;

    /** Keeps the reads of {@link #touch} from being left out. */
    private int touched;

    /**
     * @param groupAxis {@link LoopFrame#groupAxis} if the caller walks it innermost, else -1
     */
    RunCursor(LoopFrame frame, int runAt, int groupAxis, Scratch scratch) {
        this(frame, frame.loop().kernel(), runAt, groupAxis, scratch);
    }

    /**
     * @param kernel the loop's kernel or a variant of it with the same inputs, parameters and
     *     outputs
     */
    RunCursor(LoopFrame frame, Kernel kernel, int runAt, int groupAxis, Scratch scratch) {
        this.frame = frame;
        this.g = frame.geometry();
        this.runAt = runAt;
        this.groupAxis = groupAxis;
        Loop loop = frame.loop();
        this.kernel = kernel;
        this.call = new KernelCall(kernel.program());
        int inputs = frame.inputs().length;
        direct = new boolean[inputs];
        uniform = new boolean[inputs];
        elementSize = new int[inputs];
        base = new long[inputs];
        packs = new PackedInput[inputs];
        indexBase = new long[g.indexCount()];
        System.arraycopy(
                frame.params(),
                0,
                call.params,
                0,
                Math.min(call.params.length, frame.params().length));
        boolean[] used = usedInputs(loop);
        long readBytes = 0;
        for (int i = 0; i < inputs; i++) {
            uniform[i] = loop.inputs().get(i).uniform();
            direct[i] = uniform[i] || frame.isDirect(i, runAt);
            elementSize[i] = frame.elementSize(i);
            if (used[i]) {
                call.inputs[i] = frame.inputs()[i];
            } else {
                direct[i] = true;
            }
            if (!direct[i]) {
                packs[i] = new PackedInput(frame, i, runAt, groupAxis, scratch);
                call.inputs[i] = packs[i].memory();
            } else if (used[i] && !uniform[i]) {
                readBytes += call.inputs[i].byteSize();
            }
        }
        call.fromMemory = readBytes > CACHED;
        outWidth = new long[frame.outputs().length];
        for (int o = 0; o < outWidth.length; o++) {
            if (loop.outputs().get(o).fold() == null) {
                outWidth[o] = frame.formats()[o].byteSize();
                call.outputs[o] = frame.outputs()[o];
            }
        }
    }

    private static boolean[] usedInputs(Loop loop) {
        boolean[] used = new boolean[loop.inputs().size()];
        for (Node node : loop.program().nodes()) {
            if (node instanceof Node.Load load) {
                used[load.input()] = true;
            }
        }
        return used;
    }

    /**
     * The most that {@link #run} takes where inputs are packed, else a length that suits caches.
     */
    int longestRun() {
        return packs() ? PackedInput.RUN : 32768;
    }

    /** True if some input is packed into scratch before it is used. */
    boolean packs() {
        for (PackedInput pack : packs) {
            if (pack != null) {
                return true;
            }
        }
        return false;
    }

    /** Puts the cursor at {@code index}, of which the axes before {@code runAt} count. */
    void seek(long[] index) {
        for (int i = 0; i < base.length; i++) {
            long at = g.inputBase(i);
            for (int axis = 0; axis < runAt; axis++) {
                at += index[axis] * g.inputStep(i, axis);
            }
            base[i] = at;
        }
        for (int x = 0; x < indexBase.length; x++) {
            long at = g.indexBase(x);
            for (int axis = 0; axis < runAt; axis++) {
                at += index[axis] * g.indexStep(x, axis);
            }
            indexBase[x] = at;
        }
        outBase = 0;
        for (int axis = 0; axis < runAt; axis++) {
            outBase += index[axis] * g.outStep(axis);
        }
        groupIndex = groupAxis < 0 ? 0 : index[groupAxis];
    }

    /** Where fold output {@code o} of the next runs goes. */
    void foldInto(int o, MemorySegment memory, long byteOffset) {
        call.outputs[o] = memory;
        call.outputOffsets[o] = byteOffset;
    }

    /**
     * Runs elements {@code start} to {@code start + count} of the axes from {@code runAt}; where
     * {@link #packs}, at most {@link #longestRun}.
     */
    void run(long start, int count) {
        place(start, count);
        kernel.run(call, count);
    }

    /**
     * As {@link #run} for {@code rows} rows from the current index along {@code axis}, if {@link
     * LoopFrame#canRunRows}; along the axis of groups no further than the group.
     *
     * @param foldSteps bytes from where a fold output of one row goes to the next row's
     */
    void runRows(long start, int count, int axis, int rows, long... foldSteps) {
        place(start, count);
        for (int i = 0; i < base.length; i++) {
            call.inputSteps[i] =
                    packs[i] != null
                            ? packs[i].rowBytes(axis)
                            : g.inputStep(i, axis) * elementSize[i];
        }
        for (int o = 0; o < outWidth.length; o++) {
            call.outputSteps[o] = outWidth[o] == 0 ? foldSteps[o] : g.outStep(axis) * outWidth[o];
        }
        kernel.run(call, count, rows);
    }

    /**
     * {@code count} rounded up to whole vectors if there is something to read up to there in all of
     * {@code rows} rows along {@code axis}: for folds across rows into accumulators that are long
     * enough, as a tail costs more than a vector.
     */
    int padded(long start, int count, int axis, int rows) {
        int padded = (count + VECTOR - 1) & -VECTOR;
        for (int i = 0; i < base.length; i++) {
            if (packs[i] != null) {
                return count;
            }
            if (!uniform[i] && call.inputs[i] != null) {
                long last = base[i] + Math.max(0, (rows - 1) * g.inputStep(i, axis));
                if ((last + start + padded) * elementSize[i] > call.inputs[i].byteSize()) {
                    return count;
                }
            }
        }
        return padded;
    }

    private void place(long start, int count) {
        for (int i = 0; i < base.length; i++) {
            if (uniform[i]) {
                call.inputOffsets[i] = base[i] * elementSize[i];
            } else if (direct[i]) {
                call.inputOffsets[i] = (base[i] + start) * elementSize[i];
            } else {
                call.inputOffsets[i] = packs[i].place(base[i], groupIndex, start, count);
            }
        }
        for (int x = 0; x < indexBase.length; x++) {
            Loop.Index index = frame.loop().indexes().get(x);
            long first = indexBase[x] + start * g.indexStep(x, g.axes() - 1);
            if (index.slot() >= 0) {
                if (index.slot() < call.indexBases.length) {
                    call.indexBases[index.slot()] = first;
                }
            } else if (index.param() < call.params.length) {
                call.params[index.param()] = first;
            }
        }
        for (int o = 0; o < outWidth.length; o++) {
            if (outWidth[o] != 0) {
                call.outputOffsets[o] = (outBase + start) * outWidth[o];
            }
        }
    }

    /**
     * Reads a byte of each cache line of the first {@code count} elements of {@code rows} rows
     * along {@code axis}, in the order of memory. Short lines that are folded come from memory
     * faster that way than by the loop itself, whose loads wait for its sums (measured, one thread:
     * 41 ms for 200,000 lines of 600 floats instead of 60). What is read has no meaning.
     */
    void touch(int count, int axis, int rows) {
        int seen = 0;
        for (int i = 0; i < base.length; i++) {
            if (uniform[i] || packs[i] != null || call.inputs[i] == null) {
                continue;
            }
            long step = g.inputStep(i, axis);
            for (int row = 0; row < rows; row++) {
                long end = (base[i] + row * step + count) * elementSize[i];
                for (long at = (base[i] + row * step) * elementSize[i];
                        at < end;
                        at += CACHE_LINE) {
                    seen += call.inputs[i].get(ValueLayout.JAVA_BYTE, at);
                }
                if (step == 0) {
                    break;
                }
            }
        }
        touched = seen;
    }
}
