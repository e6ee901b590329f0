package io.tharsis.engine.storage;

import io.tharsis.DType;

import java.lang.foreign.MemorySegment;

/**
 * A tensor at rest: one dense row-major chunk of memory for each cell of its grid.
 *
 * <p>Whoever holds a {@code Stored} owns one count of it and calls {@link #release} once; the
 * memory goes back to the pool with the last count. Any thread may read; nobody writes after it was
 * made.
 */
public interface Stored {
    DType dtype();

    /** Not to be modified. */
    long[] shape();

    ChunkGrid grid();

    /** The memory of chunk {@code chunk}; valid while the caller holds a count. */
    MemorySegment chunk(int chunk);

    /** One count more; false if the last count is gone. */
    boolean retain();

    /** One count less. */
    void release();

    /** Bytes of all chunks. */
    long byteSize();
}
