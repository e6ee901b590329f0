package io.tharsis.engine.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * An exact count of reserved bytes that never goes over its capacity. It counts only; it holds no
 * memory and has nothing to close.
 *
 * <p><b>Any thread may call any method; none blocks.</b>
 */
public final class MemoryBudget {
    private final long capacity;
    private final AtomicLong reserved = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();

    /**
     * @param capacity bytes, at least 0
     */
    public MemoryBudget(long capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException(
                    "the capacity of a memory budget is "
                            + capacity
                            + " bytes, but must not be negative");
        }
        this.capacity = capacity;
    }

    /**
     * A budget of {@link MemoryLimits#defaultCapacity()} bytes: a share of what this container or
     * machine has.
     */
    public static MemoryBudget ofThisMachine() {
        return new MemoryBudget(MemoryLimits.defaultCapacity());
    }

    /** The most bytes that can be reserved at once. */
    public long capacity() {
        return capacity;
    }

    /** Bytes reserved now. */
    public long reserved() {
        return reserved.get();
    }

    /** Bytes that could be reserved now. */
    public long available() {
        return capacity - reserved.get();
    }

    /** The most bytes that were ever reserved at once. */
    public long peak() {
        return Math.max(peak.get(), reserved.get());
    }

    /**
     * Reserves all of {@code byteCount} bytes or none.
     *
     * @return whether they were reserved; every true must be followed by a {@link #release} of the
     *     same bytes
     */
    public boolean tryReserve(long byteCount) {
        requireNotNegative(byteCount);
        while (true) {
            long before = reserved.get();
            if (byteCount > capacity - before) {
                return false;
            }
            long after = before + byteCount;
            if (reserved.compareAndSet(before, after)) {
                if (after > peak.get()) {
                    peak.accumulateAndGet(after, Math::max);
                }
                return true;
            }
        }
    }

    /**
     * Gives back bytes reserved before.
     *
     * @throws IllegalStateException if fewer bytes are reserved; nothing is released then
     */
    public void release(long byteCount) {
        requireNotNegative(byteCount);
        while (true) {
            long before = reserved.get();
            if (byteCount > before) {
                throw new IllegalStateException(
                        "release of "
                                + byteCount
                                + " bytes, but only "
                                + before
                                + " of "
                                + capacity
                                + " are reserved");
            }
            if (reserved.compareAndSet(before, before - byteCount)) {
                return;
            }
        }
    }

    private static void requireNotNegative(long byteCount) {
        if (byteCount < 0) {
            throw new IllegalArgumentException(
                    "a byte count must not be negative, but is " + byteCount);
        }
    }

    @Override
    public String toString() {
        return "MemoryBudget["
                + reserved()
                + " of "
                + capacity
                + " bytes reserved, peak "
                + peak()
                + "]";
    }
}
