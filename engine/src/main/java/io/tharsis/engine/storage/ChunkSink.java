package io.tharsis.engine.storage;

import java.lang.foreign.MemorySegment;

/** Takes the chunks of a result as they are made. */
@FunctionalInterface
public interface ChunkSink {
    /**
     * Takes one chunk; each comes once, in any order, several at once, on any thread.
     *
     * @param memory its elements, dense and row-major; valid during the call only
     */
    void accept(ChunkGrid grid, int chunk, MemorySegment memory);
}
