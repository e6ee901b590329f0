package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.TharsisException;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Shapes;

import java.lang.foreign.MemorySegment;

/**
 * How many elements of the first input lie in each bin between the edges, a line given by the
 * second; a third input weighs the elements. A bin holds its left edge, the last one its right edge
 * too; what lies outside, and NaN, is not counted. Edges of another dtype than the elements are
 * compared as float64.
 *
 * <p>Counts are int64. Sums of weights are float64, added in order; a density is float64, its
 * integral 1.
 *
 * @param uniform whether the edges are those of {@link HistogramEdges}; a bin is then computed
 *     instead of searched
 * @param density whether counts are divided by their sum and the bins' widths
 */
public record HistogramCounts(boolean uniform, boolean density) implements ChunkFunction {
    private static final int BLOCK = 4096;

    @Override
    public String name() {
        return "histogram";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        int bins = Math.toIntExact(call.input(1).size() - 1);
        var locate = new Locator(input.dtype(), call.input(1), uniform);
        if (call.inputCount() > 2) {
            double[] sums = weigh(call, input, call.input(2), locate, bins);
            store(call, sums);
        } else if (density) {
            MemorySegment counts = call.scratch((long) bins * Long.BYTES);
            count(call, input, locate, bins, counts);
            double[] doubles = new double[bins];
            Doubles.load(DType.INT64, counts, 0, bins, doubles);
            store(call, doubles);
        } else {
            count(call, input, locate, bins, call.output().segment());
        }
    }

    private static void count(
            Call call, Block input, Locator locator, int bins, MemorySegment counts) {
        Tallies.add(
                call,
                input.size(),
                bins,
                counts,
                (from, to, tally) -> {
                    int[] found = new int[BLOCK];
                    var buffers = locator.buffers();
                    for (long done = from; done < to; done += BLOCK) {
                        int count = (int) Math.min(BLOCK, to - done);
                        locator.locate(input, done, count, buffers, found);
                        for (int i = 0; i < count; i++) {
                            if (found[i] >= 0) {
                                tally[found[i]]++;
                            }
                        }
                    }
                });
    }

    private static double[] weigh(
            Call call, Block input, Block weights, Locator locator, int bins) {
        if (weights.size() != input.size()) {
            throw new ShapeException(
                    "a histogram wants a weight for each element: the elements have shape "
                            + Shapes.text(input.shape())
                            + ", the weights "
                            + Shapes.text(weights.shape()));
        }
        double[] sums = new double[bins];
        int[] found = new int[BLOCK];
        double[] values = new double[BLOCK];
        var buffers = locator.buffers();
        for (long done = 0; done < input.size(); done += BLOCK) {
            call.checkCancelled();
            int count = (int) Math.min(BLOCK, input.size() - done);
            locator.locate(input, done, count, buffers, found);
            Doubles.load(weights.dtype(), weights.segment(), done, count, values);
            for (int i = 0; i < count; i++) {
                if (found[i] >= 0) {
                    sums[found[i]] += values[i];
                }
            }
        }
        return sums;
    }

    private void store(Call call, double[] sums) {
        Block edges = call.input(1);
        MemorySegment output = call.output().segment();
        double total = 0;
        for (double sum : sums) {
            total += sum;
        }
        for (int i = 0; i < sums.length; i++) {
            output.setAtIndex(
                    JAVA_DOUBLE, i, density ? sums[i] / width(edges, i) / total : sums[i]);
        }
    }

    /** The width of a bin, in the edges' own arithmetic. */
    private static double width(Block edges, int bin) {
        double left = Doubles.at(edges.dtype(), edges.segment(), bin);
        double right = Doubles.at(edges.dtype(), edges.segment(), bin + 1);
        return edges.dtype() == DType.FLOAT32 ? (float) right - (float) left : right - left;
    }

    /** Finds bins. */
    private static final class Locator {
        private final boolean uniform;
        private final boolean exact;
        private final double[] edges;
        private final long[] keys;

        Locator(DType dtype, Block edges, boolean uniform) {
            this.uniform = uniform;
            int count = (int) edges.size();
            this.edges = new double[count];
            Doubles.load(edges.dtype(), edges.segment(), 0, count, this.edges);
            exact = dtype == edges.dtype();
            keys = exact ? SearchSorted.keys(edges) : new long[count];
            for (int i = 0; i < count; i++) {
                if (!exact) {
                    keys[i] = Keys.canonical(DType.FLOAT64, Keys.ofDouble(this.edges[i]));
                }
                if (i > 0 && keys[i - 1] > keys[i]) {
                    throw new TharsisException(
                            "the edges of a histogram must not descend, but edge "
                                    + (i - 1)
                                    + " is "
                                    + this.edges[i - 1]
                                    + " and edge "
                                    + i
                                    + " is "
                                    + this.edges[i]
                                    + "; sort them first");
                }
            }
        }

        /** What one thread needs. */
        record Buffers(double[] values, long[] keys) {}

        Buffers buffers() {
            return new Buffers(new double[BLOCK], new long[BLOCK]);
        }

        /** The bins of some elements, -1 for none. */
        void locate(Block input, long from, int count, Buffers buffers, int[] found) {
            if (uniform) {
                Doubles.load(input.dtype(), input.segment(), from, count, buffers.values);
                compute(buffers.values, count, found);
                return;
            }
            if (exact) {
                Keys.load(input.dtype(), input.segment(), from, 1, count, buffers.keys, 0, 1);
                Keys.canonicalise(input.dtype(), buffers.keys, 0, count);
            } else {
                Doubles.load(input.dtype(), input.segment(), from, count, buffers.values);
                for (int i = 0; i < count; i++) {
                    buffers.keys[i] =
                            Keys.canonical(DType.FLOAT64, Keys.ofDouble(buffers.values[i]));
                }
            }
            search(buffers.keys, count, found);
        }

        /**
         * The bin by proportion, put right by comparing with the edges, as rounding may miss it
         * near one.
         */
        private void compute(double[] values, int count, int[] found) {
            int last = edges.length - 2;
            double first = edges[0];
            double end = edges[last + 1];
            double width = end - first;
            for (int i = 0; i < count; i++) {
                double value = values[i];
                if (!(value >= first && value <= end)) {
                    found[i] = -1;
                    continue;
                }
                int bin = Math.clamp((int) ((value - first) / width * (last + 1)), 0, last);
                while (value < edges[bin]) {
                    bin--;
                }
                while (bin < last && value >= edges[bin + 1]) {
                    bin++;
                }
                found[i] = bin;
            }
        }

        private void search(long[] wanted, int count, int[] found) {
            int last = keys.length - 2;
            long end = keys[last + 1];
            for (int i = 0; i < count; i++) {
                int bin = SearchSorted.search(keys, wanted[i], true) - 1;
                found[i] = wanted[i] > end ? -1 : Math.min(bin, last);
            }
        }
    }
}
