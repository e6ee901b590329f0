package io.tharsis.engine.memory;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Hands out 64-byte aligned off-heap buffers inside a {@link MemoryBudget} and takes their memory
 * back for reuse. Sizes below 2 MiB come from slabs of equal blocks, larger ones from a region of
 * their own that starts on a huge page. No page is written here (where {@code mmap} is available):
 * the thread that first writes to a buffer touches its memory first.
 *
 * <p>Everything mapped is reserved in the budget, whether in a live buffer or kept for reuse. At
 * most a quarter of the capacity is kept in free regions, and one idle slab for each of the 56
 * small sizes; all of it is unmapped as soon as a reservation needs the room.
 *
 * <p><b>Any thread may call any method.</b> A session owns one pool and closes it; buffers still
 * live then stay valid, and each is unmapped with its last release (small ones when the slab they
 * share has none left).
 */
public final class BufferPool implements AutoCloseable {
    private static final long KEPT_FREE_DIVISOR = 4;
    private static final long ROUNDING_LIMIT = 32 << 20;

    private final MemoryBudget budget;
    private final RegionMapper mapper;
    private final Runnable reclaim;
    private final Supplier<String> liveTensors;
    private volatile Relief relief = bytes -> false;
    private final RegionCache regions;
    private final SizeClass[] sizeClasses = new SizeClass[SizeClass.COUNT];
    private final AtomicBoolean closed = new AtomicBoolean();
    private final LongAdder largeInUse = new LongAdder();
    private final LongAdder largeAllocations = new LongAdder();
    private final LongAdder largeReuses = new LongAdder();

    /** A pool that has nobody to ask for a collection and knows of no tensors. */
    public BufferPool(MemoryBudget budget) {
        this(budget, true, () -> {}, () -> "");
    }

    /**
     * @param budget may be shared with others who reserve from it
     * @param nativeMapping false for memory from plain Java arenas even where {@code mmap} is
     *     available
     * @param reclaim asked once by an {@link #allocate} that finds no room, on its thread and
     *     outside all locks: makes unreachable tensors release their buffers (a collection, then a
     *     short wait for cleaners)
     * @param liveTensors names those who hold memory, for the message of a refusal
     */
    public BufferPool(
            MemoryBudget budget,
            boolean nativeMapping,
            Runnable reclaim,
            Supplier<String> liveTensors) {
        this.budget = budget;
        this.mapper = nativeMapping ? RegionMapper.system() : new ArenaRegions();
        this.reclaim = reclaim;
        this.liveTensors = liveTensors;
        this.regions =
                new RegionCache(
                        budget,
                        mapper,
                        budget.capacity() / KEPT_FREE_DIVISOR,
                        this::giveBackIdleSlabs);
        for (int index = 0; index < sizeClasses.length; index++) {
            sizeClasses[index] = new SizeClass(index, regions, budget.capacity());
        }
    }

    /**
     * A buffer of {@code byteSize} bytes (0 is fine) with arbitrary content and one user, the
     * caller, who must release it.
     *
     * @throws OutOfMemoryBudgetException if the budget has no room, also after all that {@link
     *     Relief} and {@code reclaim} can free; without asking them if the whole budget is too
     *     small
     * @throws BufferPoolClosedException after {@link #close}
     */
    public Buffer allocate(long byteSize) {
        Buffer buffer = tryAllocate(byteSize);
        if (buffer == null && byteSize <= budget.capacity()) {
            while (buffer == null && relief.makeRoom(regionByteSize(byteSize))) {
                buffer = tryAllocate(byteSize);
            }
            if (buffer == null) {
                reclaim.run();
                buffer = tryAllocate(byteSize);
            }
        }
        if (buffer == null) {
            throw new OutOfMemoryBudgetException(
                    byteSize,
                    regionByteSize(byteSize),
                    stats(),
                    budget.reserved(),
                    liveTensors.get());
        }
        return buffer;
    }

    /**
     * Who is asked for room, as often as there is any, by an {@link #allocate} that finds none;
     * nobody at first.
     */
    public void relieveWith(Relief relief) {
        this.relief = relief;
    }

    /**
     * As {@link #allocate}, but neither asks for a collection nor refuses with an exception: for a
     * scheduler that would rather wait.
     *
     * @return null if the budget has no room now
     * @throws BufferPoolClosedException after {@link #close}
     */
    public Buffer tryAllocate(long byteSize) {
        if (byteSize < 0) {
            throw new IllegalArgumentException(
                    "the size of a buffer is " + byteSize + " bytes, but must not be negative");
        }
        if (closed.get()) {
            throw new BufferPoolClosedException(byteSize);
        }
        if (byteSize > budget.capacity()) {
            return null;
        }
        return byteSize < RegionMapper.HUGE_PAGE ? small(byteSize) : alone(byteSize);
    }

    /** The budget that everything mapped here is reserved in. */
    public MemoryBudget budget() {
        return budget;
    }

    /**
     * Bytes of the budget that no live buffer of this pool uses; what is kept free for reuse is
     * among them.
     */
    public long available() {
        long inUse = largeInUse.sum();
        for (SizeClass sizeClass : sizeClasses) {
            inUse += sizeClass.inUseBytes();
        }
        return budget.available() + Math.max(0, regions.mappedBytes() - inUse);
    }

    /** Bytes of the budget that a buffer of {@code byteSize} bytes takes. */
    public long footprint(long byteSize) {
        return byteSize < RegionMapper.HUGE_PAGE
                ? SizeClass.byteSizeOf(SizeClass.indexOf(Math.max(1, byteSize)))
                : regionByteSize(byteSize);
    }

    /** The bytes and counts of this moment. */
    public PoolStats stats() {
        long inUse = largeInUse.sum();
        long allocations = largeAllocations.sum();
        long reuses = largeReuses.sum();
        for (SizeClass sizeClass : sizeClasses) {
            inUse += sizeClass.inUseBytes();
            allocations += sizeClass.allocations();
            reuses += sizeClass.reuses();
        }
        long pooledFree = Math.max(0, regions.mappedBytes() - inUse);
        return new PoolStats(
                budget.capacity(), inUse, pooledFree, budget.peak(), allocations, reuses);
    }

    /** How this pool gets its memory, for people. */
    public String mapping() {
        return mapper.description();
    }

    /** Unmaps everything that no live buffer uses. Has no effect the second time. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        for (SizeClass sizeClass : sizeClasses) {
            sizeClass.close();
        }
        regions.close();
    }

    private Buffer small(long byteSize) {
        SizeClass sizeClass = sizeClasses[SizeClass.indexOf(Math.max(1, byteSize))];
        Buffer buffer = sizeClass.take(byteSize);
        if (buffer != null) {
            return buffer;
        }
        if (sizeClass.slabByteSize() == 0) {
            return alone(byteSize);
        }
        RegionCache.Grant slab = regions.acquire(sizeClass.slabByteSize());
        // The last megabytes of a budget may have room for the buffer, though not for a slab.
        return slab == null ? alone(byteSize) : sizeClass.takeFromNewSlab(slab, byteSize);
    }

    private Buffer alone(long byteSize) {
        RegionCache.Grant grant = regions.acquire(regionByteSize(byteSize));
        if (grant == null) {
            return null;
        }
        Region region = grant.region();
        largeInUse.add(region.byteSize());
        largeAllocations.increment();
        if (grant.reused()) {
            largeReuses.increment();
        }
        return new Buffer(region.segment().asSlice(0, byteSize), block -> takeBack(region), 0);
    }

    private void takeBack(Region region) {
        largeInUse.add(-region.byteSize());
        regions.giveBack(region);
    }

    private boolean giveBackIdleSlabs() {
        boolean any = false;
        for (SizeClass sizeClass : sizeClasses) {
            any |= sizeClass.giveBackIdle();
        }
        return any;
    }

    /**
     * Huge pages for what is large, so that regions are alike and fit each other; finer steps where
     * that would waste much.
     */
    private long regionByteSize(long byteSize) {
        long alike = roundUp(byteSize, RegionMapper.HUGE_PAGE);
        return byteSize >= ROUNDING_LIMIT && alike <= budget.capacity()
                ? alike
                : roundUp(byteSize, RegionMapper.GRANULE);
    }

    private static long roundUp(long byteSize, long step) {
        long steps = Math.max(byteSize, 1) / step + (byteSize % step == 0 && byteSize != 0 ? 0 : 1);
        return steps > Long.MAX_VALUE / step ? Long.MAX_VALUE : steps * step;
    }
}
