package io.tharsis.engine.memory;

import java.lang.foreign.MemorySegment;

/**
 * The free blocks of one size, in slabs. Sizes have four steps to a doubling, so that at most a
 * fifth of a block over 256 bytes is wasted. <b>Any thread may call any method; the lock is held
 * for tens of instructions and never while memory is mapped.</b>
 */
final class SizeClass {
    /** Blocks are multiples of this many bytes and so aligned to it. */
    static final int UNIT = 64;

    /** Classes for all sizes up to {@link RegionMapper#HUGE_PAGE}. */
    static final int COUNT = indexOf(RegionMapper.HUGE_PAGE) + 1;

    private static final long LARGE_SLAB = 4 * RegionMapper.HUGE_PAGE;
    private static final long MIN_BLOCKS_PER_SLAB = 8;

    /**
     * A slab with one live block holds on to all of itself, so a small budget has small slabs: at
     * most this part of it.
     */
    private static final long BUDGET_DIVISOR = 64;

    private final long blockByteSize;
    private final long slabByteSize;
    private final RegionCache regions;
    // Guarded by this:
    private Slab withFree;
    private Slab idle;
    private boolean closed;
    private long liveBlocks;
    private long allocations;
    private long reuses;

    /**
     * @param capacity bytes of the budget; slabs are small parts of it
     */
    SizeClass(int index, RegionCache regions, long capacity) {
        this.blockByteSize = byteSizeOf(index);
        boolean fitsHugePage = blockByteSize * MIN_BLOCKS_PER_SLAB <= RegionMapper.HUGE_PAGE;
        long wanted = fitsHugePage ? RegionMapper.HUGE_PAGE : LARGE_SLAB;
        long most = Math.max(RegionMapper.GRANULE, Long.highestOneBit(capacity / BUDGET_DIVISOR));
        long slab = Math.min(wanted, most);
        this.slabByteSize =
                slab == wanted || blockByteSize * MIN_BLOCKS_PER_SLAB <= slab ? slab : 0;
        this.regions = regions;
    }

    /** The smallest class whose blocks hold {@code byteSize} bytes, which is at least 1. */
    static int indexOf(long byteSize) {
        long units = (byteSize + UNIT - 1) / UNIT;
        if (units <= 4) {
            return (int) units - 1;
        }
        int doubling = 63 - Long.numberOfLeadingZeros(units - 1);
        int step = (int) ((units - 1) >>> (doubling - 2));
        return 4 * (doubling - 1) + step - 4;
    }

    static long byteSizeOf(int index) {
        if (index < 4) {
            return (index + 1L) * UNIT;
        }
        int doubling = index / 4 + 1;
        return ((index % 4 + 5L) << (doubling - 2)) * UNIT;
    }

    long blockByteSize() {
        return blockByteSize;
    }

    /** 0 if blocks of this size are better mapped alone. */
    long slabByteSize() {
        return slabByteSize;
    }

    /** A buffer in a free block, or null if no slab has one. */
    Buffer take(long byteSize) {
        Slab slab;
        int block;
        synchronized (this) {
            slab = withFree;
            if (slab == null) {
                return null;
            }
            block = takeBlock(slab);
        }
        return bufferIn(slab, block, byteSize);
    }

    /** A buffer in a new slab over {@code region}. */
    Buffer takeFromNewSlab(RegionCache.Grant grant, long byteSize) {
        Slab slab = new Slab(this, grant.region());
        int block;
        synchronized (this) {
            link(slab);
            block = takeBlock(slab);
            if (grant.reused()) {
                reuses++;
            }
        }
        return bufferIn(slab, block, byteSize);
    }

    void takeBack(Slab slab, int block) {
        synchronized (this) {
            if (slab.isFull()) {
                link(slab);
            }
            slab.put(block);
            liveBlocks--;
            if (!slab.isEmpty()) {
                return;
            }
            // One idle slab stays, so that a single buffer made and dropped in a loop does not map
            // and unmap each time.
            if (idle == null && !closed) {
                idle = slab;
                return;
            }
            unlink(slab);
        }
        regions.giveBack(slab.region());
    }

    /** Gives the idle slab back to the regions; says whether there was one. */
    boolean giveBackIdle() {
        Slab slab;
        synchronized (this) {
            slab = idle;
            if (slab == null) {
                return false;
            }
            idle = null;
            unlink(slab);
        }
        regions.giveBack(slab.region());
        return true;
    }

    void close() {
        synchronized (this) {
            closed = true;
        }
        giveBackIdle();
    }

    synchronized long inUseBytes() {
        return liveBlocks * blockByteSize;
    }

    synchronized long allocations() {
        return allocations;
    }

    synchronized long reuses() {
        return reuses;
    }

    private int takeBlock(Slab slab) {
        if (slab.nextIsReused()) {
            reuses++;
        }
        int block = slab.take();
        if (slab.isFull()) {
            unlink(slab);
        }
        if (slab == idle) {
            idle = null;
        }
        liveBlocks++;
        allocations++;
        return block;
    }

    private Buffer bufferIn(Slab slab, int block, long byteSize) {
        MemorySegment segment = slab.region().segment().asSlice(block * blockByteSize, byteSize);
        return new Buffer(segment, slab, block);
    }

    private void link(Slab slab) {
        slab.previous = null;
        slab.next = withFree;
        if (withFree != null) {
            withFree.previous = slab;
        }
        withFree = slab;
    }

    private void unlink(Slab slab) {
        if (slab.previous == null) {
            withFree = slab.next;
        } else {
            slab.previous.next = slab.next;
        }
        if (slab.next != null) {
            slab.next.previous = slab.previous;
        }
        slab.previous = null;
        slab.next = null;
    }
}
