package io.tharsis.engine.memory;

import java.util.Arrays;

/**
 * A region cut into blocks of one size. Which blocks are free stands on the heap, so that no page
 * is touched before its user touches it. All state is guarded by the lock of the {@link SizeClass}
 * that owns it.
 */
final class Slab implements Buffer.Home {
    private final SizeClass owner;
    private final Region region;
    private final int blockCount;
    private int[] freeBlocks = new int[8];
    private int freeCount;
    private int untouchedFrom;

    /** Neighbours in the owner's list of slabs that have a free block. */
    Slab previous;

    Slab next;

    Slab(SizeClass owner, Region region) {
        this.owner = owner;
        this.region = region;
        this.blockCount = Math.toIntExact(region.byteSize() / owner.blockByteSize());
    }

    Region region() {
        return region;
    }

    boolean isFull() {
        return freeCount == 0 && untouchedFrom == blockCount;
    }

    boolean isEmpty() {
        return freeCount + blockCount - untouchedFrom == blockCount;
    }

    boolean nextIsReused() {
        return freeCount > 0;
    }

    /** The block freed last, which is the likeliest to be in a cache; else one never used. */
    int take() {
        return freeCount > 0 ? freeBlocks[--freeCount] : untouchedFrom++;
    }

    void put(int block) {
        if (freeCount == freeBlocks.length) {
            freeBlocks = Arrays.copyOf(freeBlocks, Math.min(blockCount, 2 * freeCount));
        }
        freeBlocks[freeCount++] = block;
    }

    @Override
    public void takeBack(int block) {
        owner.takeBack(this, block);
    }
}
