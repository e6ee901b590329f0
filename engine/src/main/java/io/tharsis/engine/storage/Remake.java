package io.tharsis.engine.storage;

import java.lang.foreign.MemorySegment;

/**
 * Makes the bytes of a chunk again, which costs less than to write them to disk and read them back.
 * Thread-safe; the same bytes each time.
 */
@FunctionalInterface
public interface Remake {
    /**
     * @param target memory of exactly the chunk's size; belongs to the caller
     */
    void into(MemorySegment target);
}
