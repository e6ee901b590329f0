package io.tharsis.engine.execute;

import io.tharsis.engine.memory.Buffer;
import io.tharsis.engine.memory.BufferPool;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What a task needs beside its slots for as long as it runs, such as tables of partial values.
 * Taken from the session's memory. Closed by who runs the task, after its last morsel. Thread-safe.
 */
final class TaskMemory implements AutoCloseable {
    private final BufferPool pool;
    private final List<Buffer> taken = new ArrayList<>();

    TaskMemory(BufferPool pool) {
        this.pool = pool;
    }

    /**
     * {@code byteSize} bytes, 64-byte aligned, uninitialised.
     *
     * @throws io.tharsis.engine.memory.OutOfMemoryBudgetException if there are none, even after
     *     other chunks were moved to disk
     */
    MemorySegment take(long byteSize) {
        Buffer buffer = pool.allocate(byteSize);
        synchronized (taken) {
            taken.add(buffer);
        }
        return buffer.segment();
    }

    /** As {@link #take}, but null if there are none now: what is left waiting is not disturbed. */
    MemorySegment tryTake(long byteSize) {
        Buffer buffer = pool.tryAllocate(byteSize);
        if (buffer == null) {
            return null;
        }
        synchronized (taken) {
            taken.add(buffer);
        }
        return buffer.segment();
    }

    @Override
    public void close() {
        synchronized (taken) {
            taken.forEach(Buffer::release);
            taken.clear();
        }
    }
}
