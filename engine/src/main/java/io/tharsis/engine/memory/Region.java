package io.tharsis.engine.memory;

import java.lang.foreign.MemorySegment;

/**
 * One mapping of memory, a multiple of {@link RegionMapper#GRANULE} long. Its bytes stay reserved
 * in the budget for as long as it is mapped. Whoever holds it (a buffer, a slab, the cache) is its
 * only owner.
 */
final class Region {
    private final MemorySegment segment;
    private final Runnable unmapping;

    Region(MemorySegment segment, Runnable unmapping) {
        this.segment = segment;
        this.unmapping = unmapping;
    }

    /** Valid until {@link #unmap}; any thread. */
    MemorySegment segment() {
        return segment;
    }

    long byteSize() {
        return segment.byteSize();
    }

    /** To be called once, by the owner. */
    void unmap() {
        unmapping.run();
    }
}
