package io.tharsis;

import io.tharsis.engine.memory.ByteCounts;
import io.tharsis.engine.memory.PoolStats;

/**
 * A session's memory, and what it did because there was not enough of it. Bytes and counts are
 * since the session began where nothing else is said; they are exact when nothing is being
 * computed.
 *
 * @param capacity bytes of the budget
 * @param reserved bytes of the budget that are mapped now, in use or kept for reuse
 * @param inUse bytes of those in live buffers now
 * @param peak the most bytes that were ever reserved at once
 * @param spilled bytes of chunks that were written to disk
 * @param written bytes that they had there, which is less if they could be packed
 * @param loaded bytes of chunks that were read back from disk
 * @param dropped bytes of chunks whose memory was taken without writing them: they can be had again
 * @param remade bytes of chunks that were computed, or read from their file, again
 * @param onDisk bytes of the session's files now; those of tensors that were closed go soon after
 * @param waits how often a task had to wait
 */
public record SessionStats(
        long capacity,
        long reserved,
        long inUse,
        long peak,
        long spilled,
        long written,
        long loaded,
        long dropped,
        long remade,
        long onDisk,
        Waits waits) {
    /**
     * Why tasks waited that had all their inputs.
     *
     * @param forTasks memory was in use by other tasks
     * @param forSpills chunks had to be written to disk first
     * @param forLoads what they read was on disk
     */
    public record Waits(long forTasks, long forSpills, long forLoads) {}

    /** The numbers of a memory that nothing was moved out of. */
    public static SessionStats of(PoolStats pool) {
        return new SessionStats(
                pool.capacity(),
                pool.inUse() + pool.pooledFree(),
                pool.inUse(),
                pool.peak(),
                0,
                0,
                0,
                0,
                0,
                0,
                new Waits(0, 0, 0));
    }

    /** In a line, for people. */
    @Override
    public String toString() {
        return "peak "
                + ByteCounts.inWords(peak)
                + " of "
                + ByteCounts.inWords(capacity)
                + ", spilled "
                + ByteCounts.inWords(spilled)
                + " as "
                + ByteCounts.inWords(written)
                + ", loaded "
                + ByteCounts.inWords(loaded)
                + ", dropped "
                + ByteCounts.inWords(dropped)
                + ", made again "
                + ByteCounts.inWords(remade)
                + "; waits: "
                + waits.forTasks()
                + " for tasks, "
                + waits.forSpills()
                + " for spills, "
                + waits.forLoads()
                + " for loads";
    }
}
