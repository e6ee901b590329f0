package io.tharsis.engine.storage;

import io.tharsis.DType;

import java.lang.foreign.MemorySegment;
import java.util.function.Function;

/**
 * A tensor at rest: one dense row-major chunk for each cell of its grid, in memory or elsewhere.
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

    /**
     * Calls {@code reader} with the memory of chunk {@code chunk}, which is brought back if it lies
     * on disk; valid during the call only.
     */
    default <T> T read(int chunk, Function<MemorySegment, T> reader) {
        return reader.apply(chunk(chunk));
    }

    /** A count of chunk {@code chunk}, for the caller to release. */
    default Chunk hold(int chunk) {
        return Chunk.of(chunk(chunk));
    }

    /**
     * The memory of chunk {@code chunk}; valid while the caller holds a count. It stays in memory
     * until the last count goes: {@link #read} is better for all but the smallest.
     */
    MemorySegment chunk(int chunk);

    /** One count more; false if the last count is gone. */
    boolean retain();

    /** One count less. */
    void release();

    /** Bytes of all chunks. */
    long byteSize();
}
