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
 * packed into scratch first; where a row's elements share cache lines with the next rows', several
 * rows are packed at once and kept for when those rows come.
 *
 * <p><b>Confined to one thread, for the life of a morsel.</b>
 */
final class RunCursor {
    /** Rows packed together. */
    static final int GROUP = 128;

    /** Longest run of a packed row, and of a packed box. */
    static final int PACKED_RUN = 512;

    /**
     * Elements from one packed row to the next; not a power of two, so that rows do not fall into
     * the same sets of the cache.
     */
    private static final int PITCH = PACKED_RUN + 8;

    private static final int CACHE_LINE = 64;

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
    private final Pack[] packs;
    private final long[] outWidth;
    private long outBase;
    private long groupIndex;

    /** Keeps the reads of {@link #touch} from being left out. */
    private int touched;

    /** What lies in a packed input's scratch. */
    private static final class Pack {
        MemorySegment memory;
        long from = Long.MIN_VALUE;
        long start;
        int count;
        boolean grouped;
    }

    RunCursor(LoopFrame frame, int runAt, Scratch scratch) {
        this(frame, frame.loop().kernel(), runAt, scratch);
    }

    /**
     * @param kernel the loop's kernel or a variant of it with the same inputs, parameters and
     *     outputs
     */
    RunCursor(LoopFrame frame, Kernel kernel, int runAt, Scratch scratch) {
        this.frame = frame;
        this.g = frame.geometry();
        this.runAt = runAt;
        this.groupAxis = frame.groupAxis(runAt);
        Loop loop = frame.loop();
        this.kernel = kernel;
        this.call = new KernelCall(kernel.program());
        int inputs = frame.inputs().length;
        direct = new boolean[inputs];
        uniform = new boolean[inputs];
        elementSize = new int[inputs];
        base = new long[inputs];
        packs = new Pack[inputs];
        indexBase = new long[g.indexCount()];
        System.arraycopy(
                frame.params(),
                0,
                call.params,
                0,
                Math.min(call.params.length, frame.params().length));
        boolean[] used = usedInputs(loop);
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
                var pack = new Pack();
                pack.grouped =
                        groupAxis >= 0
                                && Math.abs(g.inputStep(i, groupAxis)) == 1
                                && g.inputStep(i, runAt) != 0;
                pack.memory =
                        scratch.take((long) PITCH * (pack.grouped ? GROUP : 1) * elementSize[i]);
                packs[i] = pack;
            }
        }
        outWidth = new long[frame.outputs().length];
        for (int o = 0; o < outWidth.length; o++) {
            if (loop.outputs().get(o).fold() == null) {
                outWidth[o] = frame.formats()[o].byteSize();
                call.outputs[o] = frame.outputs()[o];
            }
        }
    }

    /** Bytes that an input takes at most if it is packed. */
    static long packedBytes(int elementSize) {
        return (long) PITCH * GROUP * elementSize;
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

    /** The outer axis whose rows are packed together, -1 if none; walk it innermost. */
    int groupAxis() {
        return groupAxis;
    }

    /** The longest stretch {@link #run} takes. */
    int longestRun() {
        for (Pack pack : packs) {
            if (pack != null) {
                return PACKED_RUN;
            }
        }
        return 32768;
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
     * Runs elements {@code start} to {@code start + count} of the axes from {@code runAt}; at most
     * {@link #longestRun}.
     */
    void run(long start, int count) {
        place(start, count);
        kernel.run(call, count);
    }

    /**
     * As {@link #run} for {@code rows} rows from the current index along {@code axis}, if {@link
     * LoopFrame#canRunRows}.
     *
     * @param foldSteps bytes from where a fold output of one row goes to the next row's
     */
    void runRows(long start, int count, int axis, int rows, long... foldSteps) {
        place(start, count);
        for (int i = 0; i < base.length; i++) {
            call.inputSteps[i] = g.inputStep(i, axis) * elementSize[i];
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
                pack(i, start, count);
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
     * along {@code axis}, in the order of memory. Short rows come from memory faster that way than
     * by the loop itself, whose loads wait for its sums (measured: 106 ns a row of 600 floats
     * instead of 134). What is read has no meaning.
     */
    void touch(int count, int axis, int rows) {
        for (int i = 0; i < base.length; i++) {
            if (uniform[i] || call.inputs[i] == null) {
                continue;
            }
            long step = g.inputStep(i, axis);
            for (int row = 0; row < rows; row++) {
                touched += touch(call.inputs[i], (base[i] + row * step), count, elementSize[i]);
                if (step == 0) {
                    break;
                }
            }
        }
    }

    static int touch(MemorySegment memory, long from, int count, int elementSize) {
        long end = (from + count) * elementSize;
        int seen = 0;
        for (long at = from * elementSize; at < end; at += CACHE_LINE) {
            seen += memory.get(ValueLayout.JAVA_BYTE, at);
        }
        return seen;
    }

    private void pack(int i, long start, int count) {
        Pack pack = packs[i];
        call.inputs[i] = pack.memory;
        if (pack.grouped) {
            packGroup(i, pack, start, count);
            return;
        }
        call.inputOffsets[i] = 0;
        if (runAt == g.axes() - 1) {
            long step = g.inputStep(i, runAt);
            long from = base[i] + start * step;
            if (pack.from != from || pack.count < count) {
                Packer.strided(
                        elementSize[i], frame.inputs()[i], from, step, pack.memory, 0, count);
                pack.from = from;
                pack.count = count;
            }
            return;
        }
        packBox(i, pack, start, count);
    }

    private void packGroup(int i, Pack pack, long start, int count) {
        long rowStep = g.inputStep(i, groupAxis);
        long firstRow = groupIndex / GROUP * GROUP;
        long from = base[i] - (groupIndex - firstRow) * rowStep;
        if (pack.from != from || pack.start != start || pack.count != count) {
            int rows = (int) Math.min(GROUP, g.length(groupAxis) - firstRow);
            long step = g.inputStep(i, runAt);
            Packer.transposed(
                    elementSize[i],
                    frame.inputs()[i],
                    from + start * step,
                    rowStep,
                    step,
                    pack.memory,
                    PITCH,
                    rows,
                    count);
            pack.from = from;
            pack.start = start;
            pack.count = count;
        }
        call.inputOffsets[i] = (groupIndex - firstRow) * PITCH * elementSize[i];
    }

    /** Packs a stretch of several axes in row-major order, a row of the last axis at a time. */
    private void packBox(int i, Pack pack, long start, int count) {
        int last = g.axes() - 1;
        long[] index = new long[g.axes()];
        long rest = start;
        for (int axis = last; axis >= runAt; axis--) {
            index[axis] = rest % g.length(axis);
            rest /= g.length(axis);
        }
        long at = base[i];
        for (int axis = runAt; axis <= last; axis++) {
            at += index[axis] * g.inputStep(i, axis);
        }
        int done = 0;
        while (done < count) {
            int stretch = (int) Math.min(count - done, g.length(last) - index[last]);
            Packer.strided(
                    elementSize[i],
                    frame.inputs()[i],
                    at,
                    g.inputStep(i, last),
                    pack.memory,
                    done,
                    stretch);
            done += stretch;
            at -= index[last] * g.inputStep(i, last);
            index[last] = 0;
            for (int axis = last - 1; axis >= runAt; axis--) {
                at += g.inputStep(i, axis);
                if (++index[axis] < g.length(axis)) {
                    break;
                }
                at -= g.length(axis) * g.inputStep(i, axis);
                index[axis] = 0;
            }
        }
    }
}
