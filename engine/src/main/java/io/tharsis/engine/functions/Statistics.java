package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.DTypeException;
import io.tharsis.ShapeException;
import io.tharsis.Slice;
import io.tharsis.TharsisException;
import io.tharsis.engine.chunked.Bincount;
import io.tharsis.engine.chunked.HistogramCounts;
import io.tharsis.engine.chunked.HistogramEdges;
import io.tharsis.engine.chunked.Median;
import io.tharsis.engine.chunked.Quantile;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.util.Arrays;
import java.util.List;

/**
 * Medians, quantiles, histograms. To take one over all elements, pass {@link #flat}; NumPy's {@code
 * axis=None}.
 *
 * <p>Medians and quantiles of a line with a NaN are NaN; the nan- forms leave NaNs out, and are NaN
 * only for a line of nothing else.
 */
public final class Statistics {
    /** Elements counted at a time, at least. */
    private static final long HISTOGRAM_ROWS = 1 << 16;

    private Statistics() {}

    /** All elements in one axis, in row-major order. */
    public static Operand flat(Operand x) {
        return Chunks.flat(x);
    }

    /**
     * The mean of the middle one or two elements; float32 for float32, else float64. An empty axis
     * gives NaN.
     */
    public static Operand median(Operand x, int axis, boolean keepDims) {
        return median(x, axis, keepDims, false);
    }

    /** {@link #median} of the elements that are not NaN. */
    public static Operand nanMedian(Operand x, int axis, boolean keepDims) {
        return median(x, axis, keepDims, true);
    }

    private static Operand median(Operand x, int axis, boolean keepDims, boolean ignoreNan) {
        int positive = Shapes.axis(axis, x.shape());
        DType dtype = x.dtype() == DType.FLOAT32 ? DType.FLOAT32 : DType.FLOAT64;
        long[] shape = Chunks.withLength(x.shape(), positive, 1);
        Operand result = Chunks.apply(new Median(positive, ignoreNan), dtype, shape, x);
        return keepDims ? result : Chunks.dropAxis(result, positive);
    }

    /**
     * The quantile at {@code fraction}, 0 to 1, by linear interpolation; float32 for float32, else
     * float64.
     */
    public static Operand quantile(Operand x, double fraction, int axis, boolean keepDims) {
        return quantile(x, fraction, axis, keepDims, false);
    }

    /** {@link #quantile(Operand, double, int, boolean)} of the elements that are not NaN. */
    public static Operand nanQuantile(Operand x, double fraction, int axis, boolean keepDims) {
        return quantile(x, fraction, axis, keepDims, true);
    }

    private static Operand quantile(
            Operand x, double fraction, int axis, boolean keepDims, boolean ignoreNan) {
        DType dtype = x.dtype() == DType.FLOAT32 ? DType.FLOAT32 : DType.FLOAT64;
        Operand result = along(x, new double[] {fraction}, axis, dtype, ignoreNan);
        return keepDims ? result : Chunks.dropAxis(result, Shapes.axis(axis, x.shape()));
    }

    /**
     * Several quantiles along a new first axis, float64 (as NumPy answers an array of fractions,
     * for float32 too).
     */
    public static Operand quantile(Operand x, double[] fractions, int axis, boolean keepDims) {
        return quantiles(x, fractions, axis, keepDims, false);
    }

    /** {@link #quantile(Operand, double[], int, boolean)} of the elements that are not NaN. */
    public static Operand nanQuantile(Operand x, double[] fractions, int axis, boolean keepDims) {
        return quantiles(x, fractions, axis, keepDims, true);
    }

    private static Operand quantiles(
            Operand x, double[] fractions, int axis, boolean keepDims, boolean ignoreNan) {
        Operand result = along(x, fractions, axis, DType.FLOAT64, ignoreNan);
        int positive = Shapes.axis(axis, x.shape());
        Operand first = Chunks.axisFirst(result, positive);
        return keepDims ? Chunks.insertAxis(first, positive + 1) : first;
    }

    private static Operand along(
            Operand x, double[] fractions, int axis, DType dtype, boolean ignoreNan) {
        if (x.dtype() == DType.BOOL) {
            throw new DTypeException(
                    "bool has no quantiles, as bools cannot be interpolated; cast to an integer"
                            + " first");
        }
        for (double fraction : fractions) {
            if (!(fraction >= 0 && fraction <= 1)) {
                throw new TharsisException(
                        "a quantile must be from 0 to 1 (a percentile from 0 to 100), but one is "
                                + fraction
                                + " (times 100 as a percentile)");
            }
        }
        List<Double> list = Arrays.stream(fractions).boxed().toList();
        var function = new Quantile(list, Shapes.axis(axis, x.shape()), ignoreNan);
        long[] shape = Chunks.withLength(x.shape(), function.axis(), fractions.length);
        if (Shapes.isKnown(shape)
                && Shapes.size(Chunks.withLength(shape, function.axis(), 1)) > 0) {
            function.requireElements(x.shape());
        }
        return Chunks.apply(function, dtype, shape, x);
    }

    /** {@link #quantile(Operand, double, int, boolean)} of a hundredth. */
    public static Operand percentile(Operand x, double percent, int axis, boolean keepDims) {
        return quantile(x, percent / 100, axis, keepDims);
    }

    /** {@link #quantile(Operand, double[], int, boolean)} of hundredths. */
    public static Operand percentile(Operand x, double[] percents, int axis, boolean keepDims) {
        return quantile(x, hundredths(percents), axis, keepDims);
    }

    /** {@link #percentile(Operand, double, int, boolean)} of the elements that are not NaN. */
    public static Operand nanPercentile(Operand x, double percent, int axis, boolean keepDims) {
        return nanQuantile(x, percent / 100, axis, keepDims);
    }

    /** {@link #percentile(Operand, double[], int, boolean)} of the elements that are not NaN. */
    public static Operand nanPercentile(Operand x, double[] percents, int axis, boolean keepDims) {
        return nanQuantile(x, hundredths(percents), axis, keepDims);
    }

    private static double[] hundredths(double[] percents) {
        return Arrays.stream(percents).map(percent -> percent / 100).toArray();
    }

    /** A histogram: {@code counts}, one for each bin, and {@code edges}, one more. */
    public record Histogram(Operand counts, Operand edges) {}

    /**
     * Of all elements in equal bins from the smallest to the largest.
     *
     * @param weights a weight for each element, or null; their sums are float64
     * @param density whether to divide by the sum and the bins' widths; float64
     */
    public static Histogram histogram(Operand x, int bins, Operand weights, boolean density) {
        return histogram(x, bins, (HistogramEdges.Range) null, weights, density);
    }

    /**
     * {@link #histogram(Operand, int, Operand, boolean)} over a range; elements outside are left
     * out.
     */
    public static Histogram histogram(
            Operand x, int bins, double first, double last, Operand weights, boolean density) {
        if (!Double.isFinite(first) || !Double.isFinite(last) || first > last) {
            throw new TharsisException(
                    "the range of a histogram must be finite and ascending, but it is ["
                            + first
                            + ", "
                            + last
                            + "]");
        }
        return histogram(x, bins, new HistogramEdges.Range(first, last), weights, density);
    }

    private static Histogram histogram(
            Operand x, int bins, HistogramEdges.Range range, Operand weights, boolean density) {
        if (bins < 1) {
            throw new TharsisException("a histogram needs at least one bin, not " + bins);
        }
        DType dtype = x.dtype() == DType.FLOAT32 ? DType.FLOAT32 : DType.FLOAT64;
        String shape = Shapes.text(x.shape());
        Operand edges =
                Chunks.apply(
                        new HistogramEdges(bins, range, shape),
                        dtype,
                        new long[] {bins + 1L},
                        range == null ? outermost(x) : Creation.full(x.dtype(), 0L, 0));
        return new Histogram(counts(x, edges, true, weights, density), edges);
    }

    /** Of all elements in bins between the given edges, one ascending axis of at least two. */
    public static Histogram histogram(Operand x, Operand edges, Operand weights, boolean density) {
        if (edges.rank() != 1 || edges.shape()[0] < 2) {
            throw new ShapeException(
                    "the edges of a histogram are one axis of two or more, of known length, but"
                            + " their shape is "
                            + Shapes.text(edges.shape()));
        }
        return new Histogram(counts(x, edges, false, weights, density), edges);
    }

    /** Sums by the bins' widths, in the edges' own arithmetic, and by their sum. */
    private static Operand density(Operand sums, Operand edges) {
        DType dtype = edges.dtype() == DType.FLOAT32 ? DType.FLOAT32 : DType.FLOAT64;
        long bins = sums.shape()[0];
        Operand exact = Elementwise.cast(edges, dtype);
        Operand widths =
                Elementwise.subtract(
                        Indexing.get(exact, Slice.range(1, bins + 1)),
                        Indexing.get(exact, Slice.range(0, bins)));
        return Elementwise.divide(
                Elementwise.divide(sums, Elementwise.cast(widths, DType.FLOAT64)),
                Reductions.sum(sums, new int[0], false));
    }

    /** The smallest and the largest element, if there are any. */
    private static Operand outermost(Operand x) {
        if (Shapes.size(x.shape()) == 0) {
            return x;
        }
        int[] all = new int[0];
        return Joining.stack(0, Reductions.min(x, all, false), Reductions.max(x, all, false));
    }

    private static Operand counts(
            Operand x, Operand edges, boolean uniform, Operand weights, boolean density) {
        int bins = Math.toIntExact(edges.shape()[0] - 1);
        if (weights != null) {
            requireSameShape("histogram", x, weights);
            var function = new HistogramCounts(uniform, 0, bins);
            Operand sums =
                    Chunks.apply(
                            function,
                            DType.FLOAT64,
                            new long[] {bins},
                            flat(x),
                            edges,
                            flat(weights));
            return density ? density(sums, edges) : sums;
        }
        Operand elements = flat(x);
        if (Shapes.size(x.shape()) == 0) {
            // counts nowhere, but the edges are looked at
            elements = Creation.full(DType.FLOAT64, Double.NaN, 1);
        }
        long rows = Math.max(HISTOGRAM_ROWS, 64L * bins);
        long blocks = Math.ceilDiv(elements.shape()[0], rows);
        Operand counts =
                Chunks.apply(
                        new HistogramCounts(uniform, rows, bins),
                        DType.INT64,
                        new long[] {blocks * bins},
                        elements,
                        edges);
        Operand sums = Reductions.sum(Shaping.reshape(counts, blocks, bins), new int[] {0}, false);
        return density ? density(Elementwise.cast(sums, DType.FLOAT64), edges) : sums;
    }

    /**
     * How often each of 0, 1, 2, ... occurs in one axis of bools or integers; int64, or with {@code
     * weights} (or null) float64 sums. The length is known when run, and at least {@code
     * minLength}.
     */
    public static Operand bincount(Operand x, Operand weights, long minLength) {
        if (x.rank() != 1) {
            throw new ShapeException(
                    "bincount wants one axis, not shape " + Shapes.text(x.shape()) + "; ravel it");
        }
        if (x.dtype().isFloat()) {
            throw new DTypeException(
                    "bincount wants integers, not " + x.dtype() + "; cast to int64 first");
        }
        if (minLength < 0) {
            throw new TharsisException(
                    "the least length of a bincount must not be negative, but it is " + minLength);
        }
        var function = new Bincount(minLength);
        long[] shape = {Shapes.UNKNOWN};
        if (weights == null) {
            return Chunks.apply(function, DType.INT64, shape, x);
        }
        requireSameShape("bincount", x, weights);
        return Chunks.apply(function, DType.FLOAT64, shape, x, weights);
    }

    private static void requireSameShape(String name, Operand x, Operand weights) {
        boolean known = Shapes.isKnown(x.shape()) && Shapes.isKnown(weights.shape());
        if (known && !Arrays.equals(x.shape(), weights.shape())) {
            throw new ShapeException(
                    name
                            + " wants a weight for each element: the elements have shape "
                            + Shapes.text(x.shape())
                            + ", the weights "
                            + Shapes.text(weights.shape()));
        }
    }
}
