package io.tharsis.engine.chunked;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tharsis.DType;
import io.tharsis.TharsisException;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;

/**
 * How many elements of the first input, one axis, lie in each bin between the edges, a line given
 * by the second. One count a bin for each block of elements, to be summed up, so that a long input
 * need not be in memory; or, if a third input weighs the elements, one sum of weights a bin, added
 * in order. A bin holds its left edge, the last one its right edge too; what lies outside, and NaN,
 * is not counted. Edges of another dtype than the elements are compared as float64.
 *
 * <p>Counts are int64, sums of weights float64.
 *
 * @param uniform whether the edges are those of {@link HistogramEdges}; a bin is then computed
 *     instead of searched
 * @param rows elements of a block; 0 if there are weights
 */
public record HistogramCounts(boolean uniform, long rows, int bins) implements ChunkFunction {
    private static final int BLOCK = 4096;

    @Override
    public String name() {
        return "histogram";
    }

    @Override
    public Tiling tiling() {
        return rows == 0 ? new Tiling.Whole() : new Tiling.RowBlocks(rows, bins);
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        MemorySegment output = call.output().segment();
        var locate = new Locator(input.dtype(), call.input(1), uniform);
        if (rows == 0) {
            double[] sums = weigh(call, input, call.input(2), locate);
            MemorySegment.copy(sums, 0, output, JAVA_DOUBLE, 0, bins);
            return;
        }
        Pieces.forEach(
                call,
                input.size(),
                rows,
                (block, from, to) -> {
                    long[] counts = count(input, from, to, locate);
                    MemorySegment.copy(
                            counts, 0, output, JAVA_LONG, (long) block * bins * Long.BYTES, bins);
                });
    }

    private long[] count(Block input, long from, long to, Locator locator) {
        long[] counts = new long[bins];
        int[] found = new int[BLOCK];
        var buffers = locator.buffers();
        for (long done = from; done < to; done += BLOCK) {
            int count = (int) Math.min(BLOCK, to - done);
            locator.locate(input, done, count, buffers, found);
            for (int i = 0; i < count; i++) {
                if (found[i] >= 0) {
                    counts[found[i]]++;
                }
            }
        }
        return counts;
    }

    private double[] weigh(Call call, Block input, Block weights, Locator locator) {
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
