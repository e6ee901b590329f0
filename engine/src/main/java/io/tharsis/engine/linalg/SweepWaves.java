package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.ChunkFunction.Call;

import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/**
 * The order in which threads chase the bulges of several sweeps down a band. A step works on the
 * rows and columns of its own block, and of the blocks before and after it; the blocks of a sweep
 * stand one row below those of the sweep before. So step t of a sweep needs step t + 2 of the one
 * before.
 *
 * <p>Tiles of {@link #SWEEPS} sweeps, each two steps behind the one before, times {@link #STEPS}
 * steps depend on the tile before and on the next one of the group before: those of a wave are
 * independent.
 */
final class SweepWaves {
    /** Sweeps, and steps, that a thread takes at a time. */
    private static final int SWEEPS = 4;

    /** So many that tiles of a wave touch no row in common. */
    private static final int STEPS = 2 * SWEEPS + 2;

    /** What one thread does; not thread-safe. */
    @FunctionalInterface
    interface Worker {
        void step(int sweep, int t);
    }

    private final int from;
    private final int to;
    private final IntUnaryOperator steps;
    private final Supplier<Worker> workers;

    /**
     * @param from first sweep
     * @param to after the last one
     * @param steps of a sweep, no more than of the one before
     * @param workers makes one for a tile; thread-safe
     */
    SweepWaves(int from, int to, IntUnaryOperator steps, Supplier<Worker> workers) {
        this.from = from;
        this.to = to;
        this.steps = steps;
        this.workers = workers;
    }

    void run(Call call) {
        int groups = Math.ceilDiv(to - from, SWEEPS);
        int tiles = Math.ceilDiv(steps.applyAsInt(from) + 2 * SWEEPS, STEPS);
        for (int wave = 0; wave < tiles + 2 * (groups - 1); wave++) {
            call.checkCancelled();
            int current = wave;
            int least = Math.max(0, Math.ceilDiv(wave - tiles + 1, 2));
            int most = Math.min(groups - 1, wave / 2);
            call.parallelFor(most - least + 1, i -> tile(least + i, current - 2 * (least + i)));
        }
    }

    private void tile(int group, int tile) {
        Worker worker = workers.get();
        int first = from + group * SWEEPS;
        int last = Math.min(to, first + SWEEPS);
        for (int step = tile * STEPS; step < (tile + 1) * STEPS; step++) {
            for (int sweep = first; sweep < last; sweep++) {
                int t = step - 2 * (sweep - first);
                if (t >= 0 && t < steps.applyAsInt(sweep)) {
                    worker.step(sweep, t);
                }
            }
        }
    }
}
