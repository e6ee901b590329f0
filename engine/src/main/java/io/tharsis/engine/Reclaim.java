package io.tharsis.engine;

import io.tharsis.engine.graph.KeptResults;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.storage.ChunkStore;
import io.tharsis.engine.storage.ChunkStored;
import io.tharsis.engine.storage.Stored;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an engine does when memory runs out: asks the collector for the results of dropped handles,
 * and names those that are left.
 */
final class Reclaim {
    private static final Duration AT_MOST = Duration.ofSeconds(2);
    private static final int NAMED = 5;

    private long keptBefore;

    Reclaim() {}

    /** One collection; returns when all it found is freed. */
    synchronized void collect() {
        keptBefore = KeptResults.added();
        System.gc();
        KeptResults.awaitFreed(AT_MOST);
    }

    /**
     * As {@link #collect} if a result was kept since the last collection, so that one may have been
     * dropped too; says whether.
     */
    synchronized boolean collectIfLikely() {
        if (keptBefore == KeptResults.added()) {
            return false;
        }
        collect();
        return true;
    }

    /**
     * The results kept in {@code store}, the largest first, the first few named; empty if there are
     * none.
     */
    static String liveTensors(ChunkStore store) {
        List<Stored> live =
                KeptResults.all().stream()
                        .filter(
                                stored ->
                                        stored instanceof ChunkStored chunks && chunks.isIn(store))
                        .distinct()
                        .sorted(Comparator.comparingLong(Stored::byteSize).reversed())
                        .toList();
        String names =
                live.stream()
                        .limit(NAMED)
                        .map(
                                stored ->
                                        stored.dtype()
                                                + Shapes.text(stored.shape())
                                                + " of "
                                                + stored.byteSize()
                                                + " bytes")
                        .collect(Collectors.joining(", "));
        return live.size() > NAMED
                ? names + " and " + (live.size() - NAMED) + " smaller ones"
                : names;
    }
}
