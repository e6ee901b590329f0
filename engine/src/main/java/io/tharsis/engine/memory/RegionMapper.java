package io.tharsis.engine.memory;

/** A way of getting regions of memory from the system. Thread-safe. */
interface RegionMapper {
    /**
     * Regions are multiples of this many bytes, which is a multiple of every page size in use (4,
     * 16 and 64 KiB).
     */
    long GRANULE = 64 << 10;

    /** Bytes of a huge page on x86-64, and on aarch64 with 4 KiB pages. */
    long HUGE_PAGE = 2 << 20;

    /**
     * Maps {@code byteSize} bytes, a multiple of {@link #GRANULE}; their content is arbitrary.
     *
     * @return the region, or null where the system refuses
     */
    Region map(long byteSize);

    /** What this mapper does, for people. */
    String description();

    /**
     * The best mapper of this system: {@code mmap} with huge pages on Linux where native access is
     * allowed, else arenas.
     */
    static RegionMapper system() {
        RegionMapper mmap = MmapRegions.ofThisSystem();
        return mmap != null ? mmap : new ArenaRegions();
    }
}
