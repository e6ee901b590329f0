package io.tharsis.engine;

import io.tharsis.SessionStats;
import io.tharsis.engine.memory.PoolStats;
import io.tharsis.engine.storage.ChunkStore;
import io.tharsis.engine.storage.StoreCounters;

/** Gathers the numbers of a session. */
final class Stats {
    private Stats() {}

    static SessionStats of(ChunkStore store) {
        PoolStats pool = store.pool().stats();
        StoreCounters counters = store.counters();
        return new SessionStats(
                pool.capacity(),
                store.pool().budget().reserved(),
                pool.inUse(),
                pool.peak(),
                counters.spilledBytes(),
                counters.writtenBytes(),
                counters.loadedBytes(),
                counters.droppedBytes(),
                counters.remadeBytes(),
                store.storedBytes(),
                new SessionStats.Waits(
                        counters.waitsForTasks(),
                        counters.waitsForSpills(),
                        counters.waitsForLoads()));
    }
}
