package io.tharsis.kernels;

import com.sun.management.ThreadMXBean;

import java.lang.management.ManagementFactory;

/**
 * What the current thread has cost so far; the difference of two readings tells of the time
 * between.
 */
public final class ThreadCosts {
    private static final ThreadMXBean THREADS =
            ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private static final boolean COUNTS_ALLOCATION =
            THREADS.isThreadAllocatedMemorySupported() && THREADS.isThreadAllocatedMemoryEnabled();

    private ThreadCosts() {}

    /** Processor time in nanoseconds; elapsed time where nobody counts it. */
    public static long processorTimeNs() {
        return THREADS.isCurrentThreadCpuTimeSupported()
                ? THREADS.getCurrentThreadCpuTime()
                : System.nanoTime();
    }

    /** Bytes allocated on the heap; 0 where nobody counts them. */
    public static long allocatedBytes() {
        return COUNTS_ALLOCATION ? THREADS.getCurrentThreadAllocatedBytes() : 0;
    }
}
