package io.tharsis.engine.graph;

import java.lang.foreign.MemorySegment;

/**
 * Somewhere chunks can be read from: a file, a function of the index. Thread-safe; equality says
 * whether two sources are the same data.
 */
public interface ChunkSource {
    /** The name shown by {@code explain()}. */
    String name();

    /**
     * Writes the elements of a box of the source's tensor, row-major and dense, in native byte
     * order.
     *
     * @param origin index of the box's first element
     * @param shape lengths of the box
     * @param target memory of exactly the box's size; belongs to the caller, valid during the call
     *     only
     */
    void read(long[] origin, long[] shape, MemorySegment target);

    /**
     * True if reading a box a second time, while the same computation runs, gives the same elements
     * and costs less than to write them to disk and read them back.
     */
    default boolean isCheap() {
        return false;
    }
}
