package io.tharsis.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.SessionStats;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.memory.OutOfMemoryBudgetException;
import io.tharsis.engine.reference.ReferenceEngine;
import io.tharsis.kernels.scalar.ScalarKernel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Random graphs under budgets that are too small for them. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpillTest {
    private static final long SEED = Long.getLong("tharsis.seed", System.nanoTime() % 100_000_000);

    /** Graphs at most, if none of them spills, or brings back what was spilled. */
    private static final int MOST = 2000;

    @TempDir private Path folder;

    @Test
    void shouldGiveTheBitsOfTheReferenceUnderTightBudgets() {
        compare(
                Duration.ofSeconds(6),
                40_000,
                roots -> new ReferenceEngine(ScalarKernel::of).execute(roots));
    }

    @Test
    void shouldGiveTheBitsOfAmpleMemoryUnderTightBudgets() {
        try (var ample = new LocalEngine(2, new MemoryBudget(1L << 30), 1 << 22)) {
            compare(Duration.ofSeconds(6), 1_000_000, ample::execute);
        }
    }

    private void compare(Duration atLeast, long limit, Consumer<List<Operand>> oracle) {
        System.out.println("SpillTest: seeds from " + SEED);
        long start = System.nanoTime();
        int done = 0;
        int refused = 0;
        long spilled = 0;
        long moved = 0;
        while (System.nanoTime() - start < atLeast.toNanos()
                || (spilled == 0 || moved == 0) && done < MOST) {
            SessionStats stats = compare(SEED + done++, limit, oracle);
            refused += stats == null ? 1 : 0;
            spilled += stats == null ? 0 : stats.spilled();
            moved += stats == null ? 0 : stats.loaded() + stats.remade();
        }
        System.out.println(
                "SpillTest: "
                        + done
                        + " graphs, "
                        + refused
                        + " refused, "
                        + spilled
                        + " bytes spilled, "
                        + moved
                        + " brought back");
        assertTrue(spilled > 0 && moved > 0, "none of the graphs was too large for its memory");
    }

    /** The stats of a run that was right, null if it was refused. */
    private SessionStats compare(long seed, long limit, Consumer<List<Operand>> oracle) {
        var random = new Random(~seed);
        int threads = random.nextInt(1, 4);
        long chunkBytes = limit >> random.nextInt(2, 6);
        long inline = random.nextInt(4) > 0 ? 0 : Long.MAX_VALUE;
        String setting = "seed " + seed + ", " + threads + " threads, chunks of " + chunkBytes;
        try {
            var same = new RandomGraph(seed, _ -> {}, limit);
            oracle.accept(same.roots());
            long whole = 0;
            for (Operand root : same.roots()) {
                whole += Shapes.size(root.shape()) * root.dtype().byteSize();
            }
            long budget = Math.max(1 << 20, whole / 2);
            SessionStats stats;
            try (var engine =
                    new LocalEngine(
                            threads,
                            new MemoryBudget(budget),
                            chunkBytes,
                            inline,
                            List.of(folder.resolve("spill")))) {
                try {
                    var graph =
                            new RandomGraph(
                                    seed, operand -> engine.execute(List.of(operand)), limit);
                    engine.execute(graph.roots());
                    for (int i = 0; i < graph.roots().size(); i++) {
                        DifferentialTest.same(graph.roots().get(i), same.roots().get(i));
                    }
                    graph.close();
                    awaitQuiet(engine);
                    assertEquals(0, engine.memory().inUse());
                } catch (OutOfMemoryBudgetException refused) {
                    System.out.println(refused.getMessage() + " " + engine.stats());
                    return null;
                } finally {
                    stats = engine.stats();
                    assertTrue(stats.peak() <= budget, stats::toString);
                }
            }
            return stats;
        } catch (Throwable e) {
            throw new AssertionError(setting, e);
        }
    }

    /** Waits until what is being written to disk has gone from memory. */
    static void awaitQuiet(LocalEngine engine) {
        while (engine.isMovingChunks()) {
            Thread.onSpinWait();
        }
    }
}
