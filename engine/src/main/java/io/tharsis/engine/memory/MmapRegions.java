package io.tharsis.engine.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.kernels.machine.NativeFunctions;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Regions from Linux: anonymous private mappings that start on a huge page and have huge pages
 * advised. No page of theirs is touched here; the kernel supplies it, zeroed, when a worker first
 * writes to it.
 */
@SuppressWarnings("restricted")
final class MmapRegions implements RegionMapper {
    private static final int PROT_READ_WRITE = 0x1 | 0x2;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
    private static final int MADV_HUGEPAGE = 14;
    private static final long MAP_FAILED = -1;

    private final MethodHandle mmap;
    private final MethodHandle munmap;
    private final MethodHandle madvise;

    private MmapRegions() {
        this.mmap =
                NativeFunctions.find(
                        "mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                        JAVA_LONG);
        this.munmap = NativeFunctions.find("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
        this.madvise = NativeFunctions.find("madvise", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    }

    /**
     * A mapper, or null where this is not Linux, or has no such functions, or native access is
     * denied.
     */
    static RegionMapper ofThisSystem() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return null;
        }
        try {
            return new MmapRegions();
        } catch (UnsupportedOperationException
                | IllegalCallerException
                | IllegalArgumentException unavailable) {
            return null;
        }
    }

    @Override
    public Region map(long byteSize) {
        // A mapping that is a huge page longer contains an aligned one; the rest of it goes back
        // before anything is touched.
        long mappedSize = byteSize + HUGE_PAGE;
        long mapped = mmap(mappedSize);
        if (mapped == MAP_FAILED) {
            return null;
        }
        long start = (mapped + HUGE_PAGE - 1) & -HUGE_PAGE;
        munmap(mapped, start - mapped);
        munmap(start + byteSize, mapped + mappedSize - start - byteSize);
        if (byteSize >= HUGE_PAGE) {
            adviseHugePages(start, byteSize);
        }
        return new Region(
                MemorySegment.ofAddress(start).reinterpret(byteSize),
                () -> munmap(start, byteSize));
    }

    @Override
    public String description() {
        return "anonymous mappings, huge pages advised";
    }

    private long mmap(long byteSize) {
        try {
            return (long)
                    mmap.invokeExact(0L, byteSize, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    private void munmap(long address, long byteSize) {
        if (byteSize == 0) {
            return;
        }
        int result;
        try {
            result = (int) munmap.invokeExact(address, byteSize);
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
        if (result != 0) {
            throw new IllegalStateException(
                    "munmap refused " + byteSize + " bytes at 0x" + Long.toHexString(address));
        }
    }

    /** The advice is an optimization; a kernel without huge pages refuses it, and that is fine. */
    private void adviseHugePages(long address, long byteSize) {
        try {
            int ignored = (int) madvise.invokeExact(address, byteSize, MADV_HUGEPAGE);
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
    }
}
