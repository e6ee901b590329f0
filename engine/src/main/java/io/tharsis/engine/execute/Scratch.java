package io.tharsis.engine.execute;

import io.tharsis.engine.memory.Buffer;
import io.tharsis.engine.memory.BufferPool;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A thread's memory for what lives as long as a morsel. Taking is a bump of a pointer; everything
 * is given back at once by {@link #reset}. The memory comes from the pool that the thread works for
 * now, see {@link #bind}, and goes back there when nothing of it is used.
 *
 * <p><b>Confined to its thread.</b>
 */
final class Scratch {
    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);
    private static final long SMALLEST_BLOCK = 16 << 10;

    /** A mark is a block's number above this many bits, and the bytes used of it. */
    private static final int BLOCK_BITS = 40;

    private final List<Buffer> blocks = new ArrayList<>();
    private BufferPool pool;
    private MemorySegment block = MemorySegment.NULL;
    private long used;

    /** What is taken from before the pool is asked. */
    private MemorySegment lent = MemorySegment.NULL;

    /** As much as the last use took in all, so that the next one needs one block. */
    private long enough = SMALLEST_BLOCK;

    /** Bytes of the blocks before the last one, and the most that was in use at once. */
    private long before;

    private long most;

    private Scratch() {}

    static Scratch ofThread() {
        return OF_THREAD.get();
    }

    /**
     * The calling thread works for {@code pool} from now on.
     *
     * @return whom it worked for before, to be bound again afterwards; null if for nobody
     */
    static BufferPool bind(BufferPool pool) {
        Scratch scratch = OF_THREAD.get();
        BufferPool previous = scratch.pool;
        scratch.pool = pool;
        return previous;
    }

    /**
     * The calling thread takes from {@code memory} first, from its pool only what does not fit
     * there; until the next call. Has no effect while something is taken.
     *
     * @param memory the caller's; empty to end it
     */
    void lend(MemorySegment memory) {
        if (blocks.isEmpty() && used == 0) {
            lent = memory;
            block = memory;
        }
    }

    /** A mark to {@link #reset} to. */
    long mark() {
        return (long) blocks.size() << BLOCK_BITS | used;
    }

    /** Gives back what was taken since the mark. */
    void reset(long mark) {
        int count = (int) (mark >>> BLOCK_BITS);
        while (blocks.size() > count) {
            blocks.removeLast().release();
            before -= blocks.isEmpty() ? before : blocks.getLast().byteSize();
        }
        used = mark & (1L << BLOCK_BITS) - 1;
        block = blocks.isEmpty() ? lent : blocks.getLast().segment();
        if (blocks.isEmpty()) {
            enough = Math.max(SMALLEST_BLOCK, most);
            most = 0;
        }
    }

    /** {@code byteSize} bytes, 64-byte aligned, uninitialised. */
    MemorySegment take(long byteSize) {
        long start = (used + 63) & -64;
        if (start + byteSize > block.byteSize()) {
            Buffer more = pool.allocate(Math.max(byteSize, blocks.isEmpty() ? enough : byteSize));
            before += blocks.isEmpty() ? 0 : block.byteSize();
            blocks.add(more);
            block = more.segment();
            start = 0;
        }
        used = start + byteSize;
        most = Math.max(most, before + used);
        return block.asSlice(start, byteSize);
    }
}
