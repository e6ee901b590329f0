package io.tharsis.kernels.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** Memory between two pages that must not be touched: whoever does ends the JVM. Linux alone. */
public final class GuardedMemory implements AutoCloseable {
    private static final long PAGE = 4096;
    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS = 0x22;

    private final long start;
    private final long size;

    public GuardedMemory(long byteSize) throws Throwable {
        size = (byteSize + PAGE - 1) & -PAGE;
        start =
                (long)
                        NativeFunctions.find(
                                        "mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT,
                                        JAVA_INT, JAVA_LONG)
                                .invokeExact(0L, size + 2 * PAGE, 0, PRIVATE_ANONYMOUS, -1, 0L);
        var mprotect = NativeFunctions.find("mprotect", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
        if (start == -1 || (int) mprotect.invokeExact(first(), size, READ_WRITE) != 0) {
            throw new AssertionError("no guarded memory of " + byteSize + " bytes");
        }
    }

    /** The first byte that may be touched. */
    public long first() {
        return start + PAGE;
    }

    /** Where {@code byteSize} bytes start that end at the last byte. */
    public long last(long byteSize) {
        return first() + size - byteSize;
    }

    public long byteSize() {
        return size;
    }

    @Override
    public void close() {
        try {
            int ignored =
                    (int)
                            NativeFunctions.find("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG)
                                    .invokeExact(start, size + 2 * PAGE);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
