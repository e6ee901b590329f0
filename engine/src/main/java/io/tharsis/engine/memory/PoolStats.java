package io.tharsis.engine.memory;

/**
 * What a {@link BufferPool} holds and has done; exact when no other thread is allocating or
 * releasing.
 *
 * @param capacity bytes of the budget
 * @param inUse bytes of live buffers, each counted as the block or region it occupies
 * @param pooledFree bytes mapped but in no live buffer; {@code inUse + pooledFree} is what the pool
 *     has reserved
 * @param peak the most bytes that were ever reserved of the budget at once
 * @param allocations buffers handed out
 * @param reuses those of them in memory that an earlier buffer had used
 */
public record PoolStats(
        long capacity, long inUse, long pooledFree, long peak, long allocations, long reuses) {}
