package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

/**
 * Some sweeps of {@link BidiagonalChase} over an upper band matrix. Input: (n, 3 band), row i from
 * column {@code i - band} on. Output: the same afterwards, then the reflectors from the left, a row
 * of n elements a sweep, in which each stands where its rows are, all zero if it is the identity;
 * then those from the right; a single line of numbers.
 *
 * @param vectors whether the reflectors are wanted
 */
public record BidiagonalSweeps(int band, int from, int to, boolean vectors)
        implements ChunkFunction {
    @Override
    public String name() {
        return "bidiagonalSweeps";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    /** Elements of the output for n rows. */
    public long length(long n) {
        return n * 3 * band + (vectors ? 2 * (to - from) * n : 0);
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        Block output = call.output();
        int n = Math.toIntExact(input.shape()[0]);
        int width = 3 * band;
        var chase =
                new BidiagonalChase(
                        n, band, Dense.rows(input.dtype(), input.segment(), 0, n, width));
        int count = to - from;
        double[][] left = vectors ? new double[count][n] : new double[count][];
        double[][] right = vectors ? new double[count][n] : new double[count][];
        new SweepWaves(
                        from,
                        to,
                        chase::steps,
                        () -> {
                            RingReflector reflector = chase.reflector();
                            return (sweep, t) ->
                                    chase.step(
                                            reflector,
                                            sweep,
                                            t,
                                            left[sweep - from],
                                            right[sweep - from]);
                        })
                .run(call);
        Dense.storeRows(chase.rows(), output.dtype(), output.segment(), 0);
        if (vectors) {
            long at = (long) n * width;
            Dense.storeRows(left, output.dtype(), output.segment(), at);
            Dense.storeRows(right, output.dtype(), output.segment(), at + (long) count * n);
        }
    }
}
