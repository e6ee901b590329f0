package io.tharsis.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * One thread's scratch memory for {@link StagedKernel}, a segment per level of nesting, used again
 * by later runs.
 *
 * <p><b>Confined to its thread.</b> The memory is released when the thread is gone and its garbage
 * collected.
 */
final class ScratchStack {
    private static final ThreadLocal<ScratchStack> OF_THREAD = new ThreadLocal<>();

    private final List<MemorySegment> levels = new ArrayList<>();
    private int depth;

    private ScratchStack() {}

    static ScratchStack ofThread() {
        ScratchStack stack = OF_THREAD.get();
        if (stack == null) {
            stack = new ScratchStack();
            OF_THREAD.set(stack);
        }
        return stack;
    }

    /**
     * At least {@code byteSize} bytes, valid on this thread until the matching {@link #release()}.
     */
    MemorySegment acquire(long byteSize) {
        if (depth == levels.size()) {
            levels.add(MemorySegment.NULL);
        }
        if (levels.get(depth).byteSize() < byteSize) {
            levels.set(depth, Arena.ofAuto().allocate(byteSize, 64));
        }
        return levels.get(depth++);
    }

    void release() {
        depth--;
    }
}
