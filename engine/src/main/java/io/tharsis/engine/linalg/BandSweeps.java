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
        new SweepWaves(
                        from,
                        to,
                        chase::steps,
                        () -> {
                            RingReflector reflector = chase.reflector();
                            return (sweep, t) ->
                                    chase.step(reflector, sweep, t, reflectors[sweep - from]);
                        })
                .run(call);
        Dense.storeRows(chase.lower(), output.dtype(), output.segment(), 0);
        if (vectors) {
            Dense.storeRows(reflectors, output.dtype(), output.segment(), (long) n * width);
        }
    }
}
