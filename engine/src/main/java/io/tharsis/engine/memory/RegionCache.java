package io.tharsis.engine.memory;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Maps regions inside the budget and keeps some that were given back for reuse. Every region it has
 * mapped, in use or kept, is reserved; it is unmapped before its bytes are released. <b>Any thread
 * may call any method.</b>
 */
final class RegionCache {
    /** A kept region serves a request if at most this part of the request would be wasted: 1/4. */
    private static final int WASTE_DIVISOR = 4;

    private final MemoryBudget budget;
    private final RegionMapper mapper;
    private final long keepLimit;
    private final BooleanSupplier idleReturn;
    private final AtomicLong mappedBytes = new AtomicLong();
    private final Object pressure = new Object();
    // Guarded by this:
    private final TreeMap<Long, ArrayDeque<Region>> kept = new TreeMap<>();
    private long keptBytes;
    private boolean closed;

    /**
     * @param keepLimit the most bytes kept for reuse
     * @param idleReturn asks the owner to give back regions that hold nothing; says whether it gave
     *     any
     */
    RegionCache(
            MemoryBudget budget, RegionMapper mapper, long keepLimit, BooleanSupplier idleReturn) {
        this.budget = budget;
        this.mapper = mapper;
        this.keepLimit = keepLimit;
        this.idleReturn = idleReturn;
    }

    /** A region and whether its memory was used before. */
    record Grant(Region region, boolean reused) {}

    /**
     * A region of at least {@code byteSize} bytes, a multiple of {@link RegionMapper#GRANULE}: a
     * kept one that fits well, else a new one. Kept ones are unmapped where a new one needs the
     * room.
     *
     * @return null where the budget has no room or the system refuses
     */
    Grant acquire(long byteSize) {
        Region fitting = takeBestFit(byteSize);
        if (fitting != null) {
            return new Grant(fitting, true);
        }
        if (!budget.tryReserve(byteSize) && !reserveByEvicting(byteSize)) {
            return null;
        }
        Region region = mapper.map(byteSize);
        if (region == null) {
            evictAll();
            region = mapper.map(byteSize);
        }
        if (region == null) {
            budget.release(byteSize);
            return null;
        }
        mappedBytes.addAndGet(byteSize);
        return new Grant(region, false);
    }

    /** Takes a region back: keeps it, or unmaps it when enough is kept or the cache is closed. */
    void giveBack(Region region) {
        if (!keep(region)) {
            unmap(region);
        }
    }

    /** Bytes mapped, in use or kept. */
    long mappedBytes() {
        return mappedBytes.get();
    }

    /** Unmaps what is kept, and from now on what is given back. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        evictAll();
    }

    void evictAll() {
        for (Region region = takeForEviction(Long.MAX_VALUE);
                region != null;
                region = takeForEviction(Long.MAX_VALUE)) {
            unmap(region);
        }
    }

    private boolean reserveByEvicting(long byteSize) {
        // One at a time: who evicts more than it needs must not be overtaken between unmapping and
        // reserving by one who then fails.
        synchronized (pressure) {
            boolean idleAsked = false;
            while (!budget.tryReserve(byteSize)) {
                long missing = byteSize - budget.available();
                Region region = missing > keptBytes() ? null : takeForEviction(missing);
                if (region != null) {
                    unmap(region);
                } else if (idleAsked || !idleReturn.getAsBoolean()) {
                    return budget.tryReserve(byteSize);
                } else {
                    idleAsked = true;
                }
            }
            return true;
        }
    }

    private synchronized long keptBytes() {
        return keptBytes;
    }

    private synchronized boolean keep(Region region) {
        if (closed || region.byteSize() > keepLimit - keptBytes) {
            return false;
        }
        kept.computeIfAbsent(region.byteSize(), size -> new ArrayDeque<>()).push(region);
        keptBytes += region.byteSize();
        return true;
    }

    private synchronized Region takeBestFit(long byteSize) {
        Map.Entry<Long, ArrayDeque<Region>> best = kept.ceilingEntry(byteSize);
        boolean fits = best != null && best.getKey() - byteSize <= byteSize / WASTE_DIVISOR;
        return fits ? take(best) : null;
    }

    /**
     * The smallest kept region that has the missing bytes, else the largest; null if none is kept.
     */
    private synchronized Region takeForEviction(long missing) {
        Map.Entry<Long, ArrayDeque<Region>> chosen = kept.ceilingEntry(missing);
        if (chosen == null) {
            chosen = kept.lastEntry();
        }
        return chosen == null ? null : take(chosen);
    }

    private Region take(Map.Entry<Long, ArrayDeque<Region>> entry) {
        Region region = entry.getValue().pop();
        if (entry.getValue().isEmpty()) {
            kept.remove(entry.getKey());
        }
        keptBytes -= region.byteSize();
        return region;
    }

    private void unmap(Region region) {
        long byteSize = region.byteSize();
        region.unmap();
        mappedBytes.addAndGet(-byteSize);
        budget.release(byteSize);
    }
}
