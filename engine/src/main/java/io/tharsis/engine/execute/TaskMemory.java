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
    private final ProductMemory product;
    private final MemorySegment reserved;

    /**
     * @param reserved what was reserved for the task when it was let start, whose count passes to
     *     this; null if nothing was
     * @param product what a product does with it, null for others
     */
    TaskMemory(BufferPool pool, Buffer reserved, ProductMemory product) {
        this.pool = pool;
        this.product = product;
        this.reserved = reserved == null ? MemorySegment.NULL : reserved.segment();
        if (reserved != null) {
            taken.add(reserved);
        }
    }

    /** What the product does with {@link #reserved}; null if the task is none. */
    ProductMemory product() {
        return product;
    }

    /** What was reserved for the task when it was let start; empty if nothing was. */
    MemorySegment reserved() {
        return reserved;
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

    @Override
    public void close() {
        synchronized (taken) {
            taken.forEach(Buffer::release);
            taken.clear();
        }
    }
}
