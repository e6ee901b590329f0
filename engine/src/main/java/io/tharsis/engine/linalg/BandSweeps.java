package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

/**
 * Some sweeps of {@link BandChase} over a symmetric band matrix. Input: (n, 2 band), its lower
 * half, row i from column {@code i - 2 band + 1} on. Output: the same afterwards, then the
 * reflectors, a row of n elements a sweep, in which each stands where its rows are, all zero if it
 * is the identity; a single line of numbers.
 *
 * @param vectors whether the reflectors are wanted
 */
public record BandSweeps(int band, int from, int to, boolean vectors) implements ChunkFunction {
    /** Sweeps, and steps, that a thread takes at a time. */
    private static final int SWEEPS = 4;

    /** So many that tiles of a wave touch no row in common. */
    private static final int STEPS = 2 * SWEEPS + 2;

    @Override
    public String name() {
        return "bandSweeps";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    /** Elements of the output for n rows. */
    public long length(long n) {
        return n * 2 * band + (vectors ? (to - from) * n : 0);
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        Block output = call.output();
        int n = Math.toIntExact(input.shape()[0]);
        int width = 2 * band;
        var chase = new BandChase(n, band, Dense.rows(input.dtype(), input.segment(), 0, n, width));
        double[][] reflectors = vectors ? new double[to - from][n] : new double[to - from][];
        sweep(call, chase, reflectors);
        Dense.storeRows(chase.lower(), output.dtype(), output.segment(), 0);
        if (vectors) {
            Dense.storeRows(reflectors, output.dtype(), output.segment(), (long) n * width);
        }
    }

    /**
     * Step t of a sweep needs step t + 1 of the one before. So tiles of {@link #SWEEPS} sweeps,
     * each two steps behind the one before, times {@link #STEPS} steps depend on the tile before
     * and on the next one of the group before: those of a wave are independent.
     */
    private void sweep(Call call, BandChase chase, double[][] reflectors) {
        int groups = Math.ceilDiv(to - from, SWEEPS);
        int tiles = Math.ceilDiv(chase.steps(from) + 2 * SWEEPS, STEPS);
        for (int wave = 0; wave < tiles + 2 * (groups - 1); wave++) {
            call.checkCancelled();
            int current = wave;
            int least = Math.max(0, Math.ceilDiv(wave - tiles + 1, 2));
            int most = Math.min(groups - 1, wave / 2);
            call.parallelFor(
                    most - least + 1,
                    i -> tile(chase, least + i, current - 2 * (least + i), reflectors));
        }
    }

    private void tile(BandChase chase, int group, int tile, double[][] reflectors) {
        var worker = chase.new Worker();
        int first = from + group * SWEEPS;
        int last = Math.min(to, first + SWEEPS);
        for (int step = tile * STEPS; step < (tile + 1) * STEPS; step++) {
            for (int sweep = first; sweep < last; sweep++) {
                int t = step - 2 * (sweep - first);
                if (t >= 0 && t < chase.steps(sweep)) {
                    worker.step(sweep, t, reflectors[sweep - from]);
                }
            }
        }
    }
}
