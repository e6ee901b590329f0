package io.tharsis.engine.functions.indexing;

import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A mask cut into blocks whose true elements have been counted, so that each block knows where its
 * own begin.
 */
final class MaskBlocks {
    private static final long MINIMUM_LENGTH = 1 << 16;

    private final MemorySegment mask;
    private final long size;
    private final long blockLength;
    private final long[] starts;

    /** Counts, in parallel. */
    MaskBlocks(ChunkFunction.Call call, MemorySegment mask, long size) {
        this.mask = mask;
        this.size = size;
        blockLength = Math.max(MINIMUM_LENGTH, Math.ceilDiv(size, 1L << 20));
        int blocks = (int) Math.ceilDiv(size, blockLength);
        starts = new long[blocks + 1];
        call.parallelFor(
                blocks,
                block -> {
                    call.checkCancelled();
                    long end = end(block);
                    long count = 0;
                    for (long i = block * blockLength; i < end; i++) {
                        count += isTrue(i) ? 1 : 0;
                    }
                    starts[block + 1] = count;
                });
        for (int block = 0; block < blocks; block++) {
            starts[block + 1] += starts[block];
        }
    }

    /** True elements of the mask. */
    long count() {
        return starts[starts.length - 1];
    }

    /**
     * Calls {@code body} with (position in the mask, number among the true ones) of each true
     * element, in parallel.
     */
    void forEachTrue(ChunkFunction.Call call, PairConsumer body) {
        call.parallelFor(
                starts.length - 1,
                block -> {
                    call.checkCancelled();
                    long end = end(block);
                    long number = starts[block];
                    for (long i = block * blockLength; i < end; i++) {
                        if (isTrue(i)) {
                            body.accept(i, number++);
                        }
                    }
                });
    }

    private long end(int block) {
        return Math.min(size, (block + 1) * blockLength);
    }

    private boolean isTrue(long i) {
        return mask.get(ValueLayout.JAVA_BYTE, i) != 0;
    }

    /** Takes two longs. */
    @FunctionalInterface
    interface PairConsumer {
        void accept(long position, long number);
    }
}
