package io.tharsis.engine.execute;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A thread's memory for what lives as long as a morsel. Taking is a bump of a pointer; everything
 * is given back at once by {@link #reset}. The memory goes with its thread.
 *
 * <p><b>Confined to its thread.</b>
 */
final class Scratch {
    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    /** Up to this many bytes are cheap. */
    static final long BLOCK = 1 << 20;

    private MemorySegment block = MemorySegment.NULL;
    private long used;

    private Scratch() {}

    static Scratch ofThread() {
        return OF_THREAD.get();
    }

    /** A mark to {@link #reset} to. */
    long mark() {
        return used;
    }

    /** Gives back what was taken since the mark. */
    void reset(long mark) {
        used = mark;
    }

    /** {@code byteSize} bytes, 64-byte aligned, uninitialised. */
    MemorySegment take(long byteSize) {
        long start = (used + 63) & -64;
        if (start + byteSize > block.byteSize()) {
            block =
                    Arena.ofAuto()
                            .allocate(
                                    Math.max(BLOCK, Long.highestOneBit(start + byteSize) * 2), 64);
        }
        used = start + byteSize;
        return block.asSlice(start, byteSize);
    }
}
