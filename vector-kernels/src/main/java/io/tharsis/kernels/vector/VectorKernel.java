package io.tharsis.kernels.vector;

import io.tharsis.kernels.Kernel;
import io.tharsis.kernels.KernelCall;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The driver around a generated loop: checks ranges, cuts a run into sub-blocks, widens and narrows
 * formats, runs the tail as one padded vector in scratch, and hands a sub-block that met a rare
 * argument to the scalar twin.
 */
abstract class VectorKernel implements Kernel {
    /** A loop counter of int must not overflow in a last unrolled step. */
    private static final int MAX_STEP = 1 << 30;

    private final Layout layout;
    private final Program program;
    private final Node.Load[] loads;
    private final List<Output> outputs;
    private final Kernel twin;
    private final int[] alignments;

    /** True if nothing is folded, staged or rare: what is computed twice is the same. */
    private final boolean storesOnly;

    /** For programs whose rows are all alike; null for others. */
    private final RowDriver driver;

    VectorKernel(Layout layout) {
        this.layout = layout;
        this.program = layout.program();
        this.loads = layout.loads().toArray(new Node.Load[0]);
        this.outputs = program.outputs();
        this.twin = layout.twin();
        this.alignments = IntStream.range(0, program.indexCount()).map(layout::alignment).toArray();
        this.storesOnly =
                !layout.isBlocked() && outputs.stream().allMatch(Output.Store.class::isInstance);
        this.driver = RowDriver.fits(layout) ? new RowDriver(this, layout) : null;
    }

    /**
     * Runs the unrolled loop over elements {@code from <= i < count} as far as whole rounds go,
     * folding into accumulators in memory.
     *
     * @param count negative, in the other loops too, to go that many rounds of an empty loop
     */
    abstract void main(Frame frame, int from, int count);

    /**
     * Runs {@link Layout#stretches} stretches of {@code count} elements, a round of each in turn;
     * the first begins at element {@code from}, each other one where the one before it ends.
     *
     * @param count a multiple of {@link Program#FOLD_BLOCK}
     */
    void sideBySide(Frame frame, int from, int count) {
        throw new IllegalStateException("a kernel of one stretch");
    }

    /**
     * Runs elements {@code from <= i < count}, whole vectors, folding into accumulators in memory.
     */
    abstract void rest(Frame frame, int from, int count);

    @Override
    public final void idle(int rounds) {
        main(null, 0, -rounds);
        rest(null, 0, -rounds);
        if (layout.stretches() > 1) {
            sideBySide(null, 0, -rounds);
        }
    }

    @Override
    public final int leastRun() {
        return layout.stretches() > 1 ? layout.stretches() * Program.FOLD_BLOCK : 0;
    }

    @Override
    public final Program program() {
        return program;
    }

    @Override
    public final void run(KernelCall call, int n) {
        run(call, n, 1);
    }

    @Override
    public final void run(KernelCall call, int n, int rows) {
        if (n <= 0 || rows <= 0) {
            return;
        }
        Frame frame = Frame.current(layout);
        long scratch = frame.scratch(layout.scratchBytes());
        bind(frame, call, n, rows);
        boolean overlaps = (layout.hasRare() || storesOnly) && overlaps(frame, call, n, rows);
        boolean defer = layout.hasRare() && overlaps;
        // The last vector may then be computed again, from whole vectors of inputs.
        boolean again = storesOnly && !overlaps && n >= layout.laneCount();
        int step = layout.isBlocked() ? Layout.SUB_BLOCK : MAX_STEP;
        int first = driver == null ? 0 : driver.run(frame, call, scratch, n, rows, again);
        for (int row = first; row < rows; row++) {
            if (row > first) {
                advance(frame, call);
            }
            for (long start = 0; start < n; start += step) {
                int count = (int) Math.min(step, n - start);
                block(frame, call, scratch, row, (int) start, count, defer, again);
            }
        }
        Reference.reachabilityFence(call);
    }

    private void bind(Frame frame, KernelCall call, int n, int rows) {
        frame.params = call.params;
        frame.fromMemory = call.fromMemory;
        for (int i = 0; i < loads.length; i++) {
            Node.Load load = loads[i];
            int slot = load.input();
            MemorySegment memory = call.inputs[slot];
            long count = load.access() == Access.UNIFORM ? 1 : n;
            long address =
                    address(
                            memory,
                            call.inputOffsets[slot],
                            count * load.format().byteSize(),
                            (rows - 1) * call.inputSteps[slot],
                            "input",
                            slot);
            frame.inBase[i] = address;
            frame.inEnd[i] = memory.address() + memory.byteSize();
            if (load.access() == Access.UNIFORM) {
                frame.uniform[i] = Staging.uniform(load.format(), address);
            }
        }
        for (int i = 0; i < outputs.size(); i++) {
            frame.outBase[i] =
                    address(
                            call.outputs[i],
                            call.outputOffsets[i],
                            outputBytes(outputs.get(i), n),
                            (rows - 1) * call.outputSteps[i],
                            "output",
                            i);
        }
    }

    /** Puts the frame at the next row. */
    private void advance(Frame frame, KernelCall call) {
        for (int i = 0; i < loads.length; i++) {
            long step = call.inputSteps[loads[i].input()];
            if (step != 0) {
                frame.inBase[i] += step;
                if (loads[i].access() == Access.UNIFORM) {
                    frame.uniform[i] = Staging.uniform(loads[i].format(), frame.inBase[i]);
                }
            }
        }
        for (int i = 0; i < call.outputSteps.length; i++) {
            frame.outBase[i] += call.outputSteps[i];
        }
    }

    private long outputBytes(Output output, int n) {
        return switch (output) {
            case Output.Store store -> (long) n * store.format().byteSize();
            case Output.FoldRows fold -> (long) n * layout.loopByteSize(fold);
            case Output.FoldLanes fold ->
                    blocks(n) * (long) Program.FOLD_LANES * layout.loopByteSize(fold);
        };
    }

    /**
     * @param span from the first row to the last, in bytes
     */
    private static long address(
            MemorySegment memory, long offset, long byteSize, long span, String kind, int slot) {
        if (!memory.isNative() || !memory.scope().isAlive()) {
            throw new IllegalArgumentException(kind + " " + slot + " is not live native memory");
        }
        long first = offset + Math.min(0, span);
        long last = offset + Math.max(0, span);
        if (first < 0 || byteSize > memory.byteSize() - last) {
            throw new IndexOutOfBoundsException(
                    kind
                            + " "
                            + slot
                            + ": "
                            + byteSize
                            + " bytes from offset "
                            + (first < 0 ? first : last)
                            + " in a segment of "
                            + memory.byteSize());
        }
        return memory.address() + offset;
    }

    /**
     * True if an output may destroy what is needed to compute a sub-block, or its last vector,
     * again.
     */
    private boolean overlaps(Frame frame, KernelCall call, int n, int rows) {
        for (int out = 0; out < outputs.size(); out++) {
            switch (outputs.get(out)) {
                case Output.FoldRows _ -> {
                    return true;
                }
                case Output.FoldLanes _ -> {}
                case Output.Store store -> {
                    long span = (rows - 1) * call.outputSteps[out];
                    long from = frame.outBase[out] + Math.min(0, span);
                    long to =
                            frame.outBase[out]
                                    + Math.max(0, span)
                                    + (long) n * store.format().byteSize();
                    for (int in = 0; in < loads.length; in++) {
                        long inSpan = (rows - 1) * call.inputSteps[loads[in].input()];
                        long start = frame.inBase[in] + Math.min(0, inSpan);
                        long end =
                                frame.inBase[in]
                                        + Math.max(0, inSpan)
                                        + (long) n * loads[in].format().byteSize();
                        if (start < to && from < end) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    private void block(
            Frame frame,
            KernelCall call,
            long scratch,
            int row,
            int start,
            int count,
            boolean defer,
            boolean again) {
        int tail = count & (layout.laneCount() - 1);
        int whole = count - tail;
        frame.rare = false;
        if (whole > 0) {
            bindWhole(frame, call, scratch, start, whole, defer);
            loops(frame, whole);
            if (tail > 0 && again) {
                int last = start + count - layout.laneCount();
                bindWhole(frame, call, scratch, last, layout.laneCount(), false);
                rest(frame, 0, layout.laneCount());
                return;
            }
        }
        if (tail > 0) {
            bindTail(frame, call, scratch, start + whole, tail);
            rest(frame, 0, layout.laneCount());
        }
        if (frame.rare) {
            twin.run(shifted(call, row, start), count);
            return;
        }
        for (int i = 0; i < outputs.size(); i++) {
            commit(frame, scratch, i, start, whole, tail, defer);
        }
    }

    private void bindWhole(
            Frame frame, KernelCall call, long scratch, int start, int whole, boolean defer) {
        for (int i = 0; i < loads.length; i++) {
            Node.Load load = loads[i];
            if (load.access() == Access.CONTIGUOUS) {
                long from = frame.inBase[i] + (long) start * load.format().byteSize();
                if (layout.isStaged(load.format())) {
                    frame.in[i] = scratch + layout.inRegion(i);
                    Staging.widen(load.format(), from, frame.in[i], whole);
                } else {
                    frame.in[i] = from;
                }
            }
        }
        for (int i = 0; i < outputs.size(); i++) {
            boolean aside = isAside(i, defer);
            frame.out[i] = aside ? scratch + layout.outRegion(i) : target(frame, i, start);
            if (aside && outputs.get(i) instanceof Output.FoldRows) {
                Memory.copy(
                        target(frame, i, start),
                        frame.out[i],
                        (long) whole * layout.loopByteSize(outputs.get(i)));
            }
        }
        bases(frame, call, start);
    }

    private void bindTail(Frame frame, KernelCall call, long scratch, int start, int tail) {
        for (int i = 0; i < loads.length; i++) {
            Node.Load load = loads[i];
            if (load.access() == Access.CONTIGUOUS) {
                long from = frame.inBase[i] + (long) start * load.format().byteSize();
                int byteSize = layout.loopByteSize(load.format());
                if (!layout.isStaged(load.format())
                        && from + (long) layout.laneCount() * byteSize <= frame.inEnd[i]) {
                    // Lanes after the tail hold what lies there; nobody reads them.
                    frame.in[i] = from;
                    continue;
                }
                frame.in[i] = scratch + layout.inTail(i);
                long raw = from;
                if (layout.isStaged(load.format())) {
                    Staging.widen(load.format(), from, frame.in[i], tail);
                    raw = frame.in[i];
                }
                Staging.copyPadded(raw, frame.in[i], byteSize, tail, layout.laneCount());
            }
        }
        for (int i = 0; i < outputs.size(); i++) {
            frame.out[i] = scratch + layout.outTail(i);
            switch (outputs.get(i)) {
                case Output.Store _ -> {}
                case Output.FoldRows fold -> {
                    int byteSize = layout.loopByteSize(fold);
                    Staging.copyPadded(target(frame, i, start), frame.out[i], byteSize, tail, tail);
                }
                case Output.FoldLanes fold -> {
                    int byteSize = layout.loopByteSize(fold);
                    long block = target(frame, i, start);
                    if (start % Program.FOLD_BLOCK == 0) {
                        fill(fold, block, 1);
                    }
                    // What the lanes after the tail spoil is kept meanwhile.
                    long lane = block + (long) (start % Program.FOLD_LANES) * byteSize;
                    Memory.copy(lane, frame.out[i], (long) layout.laneCount() * byteSize);
                    frame.out[i] = lane;
                }
            }
        }
        bases(frame, call, start);
    }

    private void bases(Frame frame, KernelCall call, int start) {
        for (int i = 0; i < call.indexBases.length; i++) {
            frame.bases[i] = call.indexBases[i] + start;
        }
    }

    private void loops(Frame frame, int whole) {
        int step = layout.unroll() * layout.laneCount();
        boolean main = layout.unroll() > 1 && whole >= step && aligned(frame);
        fill(frame, whole);
        int done = 0;
        if (main) {
            unrolled(frame, whole);
            done = whole - whole % step;
        }
        if (done < whole) {
            rest(frame, done, whole);
        }
    }

    /** Runs the first {@code whole} elements as far as whole rounds go. */
    final void unrolled(Frame frame, int whole) {
        int done = 0;
        if (frame.fromMemory && layout.stretches() > 1) {
            int each = whole / layout.stretches() & -Program.FOLD_BLOCK;
            if (each > 0) {
                sideBySide(frame, 0, each);
                done = layout.stretches() * each;
            }
        }
        if (whole - done >= layout.unroll() * layout.laneCount()) {
            main(frame, done, whole);
        }
    }

    private boolean aligned(Frame frame) {
        for (int slot = 0; slot < alignments.length; slot++) {
            if ((frame.bases[slot] & (alignments[slot] - 1)) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Fills the accumulators of {@code elements} elements, from the frame's, with identities. */
    final void fill(Frame frame, int elements) {
        for (int i = 0; i < outputs.size(); i++) {
            fill(outputs.get(i), frame.out[i], blocks(elements));
        }
    }

    private void fill(Output output, long address, int blocks) {
        if (output instanceof Output.FoldLanes fold) {
            Folds.fill(fold.op(), program.node(fold.node()).lane(), address, blocks);
        }
    }

    private void commit(
            Frame frame, long scratch, int slot, int start, int whole, int tail, boolean defer) {
        Output output = outputs.get(slot);
        long target = target(frame, slot, start);
        if (output instanceof Output.FoldLanes fold) {
            if (tail > 0) {
                int byteSize = layout.loopByteSize(fold);
                Memory.copy(
                        scratch + layout.outTail(slot) + (long) tail * byteSize,
                        frame.out[slot] + (long) tail * byteSize,
                        (long) (layout.laneCount() - tail) * byteSize);
            }
            return;
        }
        if (whole > 0 && isAside(slot, defer)) {
            write(output, scratch + layout.outRegion(slot), target, whole);
        }
        if (tail > 0) {
            long from = scratch + layout.outTail(slot);
            long to = target(frame, slot, start + whole);
            if (output instanceof Output.Store store && layout.isStaged(store.format())) {
                Staging.narrow(store.format(), from, to, tail);
            } else {
                Staging.copyPadded(from, to, layout.loopByteSize(output), tail, tail);
            }
        }
    }

    private void write(Output output, long from, long to, int count) {
        if (output instanceof Output.Store store && layout.isStaged(store.format())) {
            Staging.narrow(store.format(), from, to, count);
        } else {
            Memory.copy(from, to, (long) count * layout.loopByteSize(output));
        }
    }

    /** True if the loop writes this output's sub-block to scratch. */
    private boolean isAside(int slot, boolean defer) {
        return switch (outputs.get(slot)) {
            case Output.Store store -> defer || layout.isStaged(store.format());
            case Output.FoldRows _ -> defer;
            case Output.FoldLanes _ -> false;
        };
    }

    /** The address of element {@code start}, or of the accumulators of its block. */
    private long target(Frame frame, int slot, int start) {
        return frame.outBase[slot] + outputOffset(outputs.get(slot), start);
    }

    private long outputOffset(Output output, int start) {
        return switch (output) {
            case Output.Store store -> (long) start * store.format().byteSize();
            case Output.FoldRows fold -> (long) start * layout.loopByteSize(fold);
            case Output.FoldLanes fold ->
                    (long) (start / Program.FOLD_BLOCK)
                            * Program.FOLD_LANES
                            * layout.loopByteSize(fold);
        };
    }

    private KernelCall shifted(KernelCall call, int row, int start) {
        var shifted = new KernelCall(program);
        for (Node.Load load : loads) {
            int slot = load.input();
            shifted.inputs[slot] = call.inputs[slot];
            long moved =
                    load.access() == Access.CONTIGUOUS
                            ? (long) start * load.format().byteSize()
                            : 0;
            shifted.inputOffsets[slot] =
                    call.inputOffsets[slot] + row * call.inputSteps[slot] + moved;
        }
        for (int i = 0; i < outputs.size(); i++) {
            shifted.outputs[i] = call.outputs[i];
            shifted.outputOffsets[i] =
                    call.outputOffsets[i]
                            + row * call.outputSteps[i]
                            + outputOffset(outputs.get(i), start);
        }
        System.arraycopy(call.params, 0, shifted.params, 0, shifted.params.length);
        for (int i = 0; i < shifted.indexBases.length; i++) {
            shifted.indexBases[i] = call.indexBases[i] + start;
        }
        return shifted;
    }

    private static int blocks(int count) {
        return (int) (((long) count + Program.FOLD_BLOCK - 1) / Program.FOLD_BLOCK);
    }
}
