package io.tharsis.kernels.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What a generated loop reads: absolute addresses, bits of uniform values, logical indices. One
 * frame per thread, refilled for every sub-block. <b>Confined to its thread.</b>
 */
final class Frame {
    private static final ThreadLocal<Frame> CURRENT = ThreadLocal.withInitial(Frame::new);

    /** Address of element 0, per contiguous load. */
    long[] in = new long[8];

    /** Widened bits, per uniform load. */
    long[] uniform = new long[8];

    /** Address of element 0 or accumulator 0, per output. */
    long[] out = new long[8];

    /** Logical index of element 0, per index slot. */
    long[] bases = new long[4];

    /** Bits, per parameter; the caller's own array. */
    long[] params;

    /** {@link io.tharsis.kernels.KernelCall#fromMemory} of the run. */
    boolean fromMemory;

    /** Always 0, which no compiler knows; see {@link KernelWriter}. */
    int zero;

    /** Set by the loop if a guard of a rare node held. */
    boolean rare;

    /** Address of element 0 of the whole run, per load and per output. */
    long[] inBase = new long[8];

    long[] outBase = new long[8];

    /** Address after the memory that may be read, per load. */
    long[] inEnd = new long[8];

    private MemorySegment scratch = MemorySegment.NULL;

    /** This thread's frame with room for what {@code layout} needs. */
    static Frame current(Layout layout) {
        Frame frame = CURRENT.get();
        int loads = layout.loads().size();
        int outputs = layout.program().outputs().size();
        int indexes = layout.program().indexCount();
        if (frame.in.length < loads) {
            frame.in = new long[loads];
            frame.uniform = new long[loads];
            frame.inBase = new long[loads];
            frame.inEnd = new long[loads];
        }
        if (frame.out.length < outputs) {
            frame.out = new long[outputs];
            frame.outBase = new long[outputs];
        }
        if (frame.bases.length < indexes) {
            frame.bases = Arrays.copyOf(frame.bases, indexes);
        }
        return frame;
    }

    /**
     * The 64-byte aligned address of at least {@code byteSize} bytes, valid until the next call on
     * this thread.
     */
    long scratch(long byteSize) {
        if (scratch.byteSize() < byteSize) {
            // Automatic: freed when the thread and with it this frame is gone; growth happens a few
            // times in a thread's life.
            scratch = Arena.ofAuto().allocate(Math.max(byteSize, 2 * scratch.byteSize()), 64);
        }
        return scratch.address();
    }
}
