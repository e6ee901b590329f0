package io.tharsis.node;

import static io.tharsis.Tensors.arange;
import static io.tharsis.Tensors.execute;
import static io.tharsis.Tensors.isfinite;
import static io.tharsis.Tensors.isnan;
import static io.tharsis.Tensors.linspace;
import static io.tharsis.Tensors.where;
import static io.tharsis.Tensors.zeros;

import io.tharsis.DType;
import io.tharsis.Slice;
import io.tharsis.Tensor;
import io.tharsis.Tensors;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What {@code describe} tells of a tensor with elements: of all of them, or of each index along one
 * axis. NaNs are counted and left out of the rest. Made by two runs, one for the numbers and one
 * for the histograms, whose bins depend on the range.
 *
 * @param min in the words of the dtype
 * @param max in the words of the dtype
 * @param low least finite element, NaN if there is none
 * @param high greatest finite element
 * @param perValue whether each bin holds one integer, from {@code low} on
 * @param counts of the finite elements in equal bins from {@code low} to {@code high}
 */
record Statistics(
        String[] min,
        String[] max,
        double[] mean,
        double[] std,
        long[] nans,
        double[] low,
        double[] high,
        boolean perValue,
        long[][] counts) {

    /**
     * Of all elements.
     *
     * @param bins at most so many; integers of a smaller range get one for each value
     */
    static Statistics of(Tensor tensor, int bins) {
        return of(tensor.reshape(1, tensor.size()), 0, bins);
    }

    /** Of each index along {@code axis}. */
    static Statistics of(Tensor tensor, int axis, int bins) {
        boolean isTruth = tensor.dtype() == DType.BOOL;
        // Two axes more: one for the edges of the bins, and one so that there is always one to
        // reduce.
        Tensor x = (isTruth ? tensor.astype(DType.UINT8) : tensor).expandDims(-1).expandDims(-1);
        int[] others = IntStream.range(0, x.rank()).filter(k -> k != axis).toArray();
        boolean isFloat = x.dtype().isFloat();
        Tensor finite = isFloat ? where(isfinite(x), x, Double.NaN) : x;
        Tensor min = x.nanmin(others);
        Tensor max = x.nanmax(others);
        Tensor mean = x.nanmean(others).astype(DType.FLOAT64);
        Tensor std = x.nanstd(others).astype(DType.FLOAT64);
        Tensor nans = isFloat ? isnan(x).sum(others) : zeros(DType.INT64, x.shape(axis));
        Tensor least = finite.nanmin(true, others);
        Tensor greatest = finite.nanmax(true, others);
        Tensor low = least.astype(DType.FLOAT64);
        Tensor high = greatest.astype(DType.FLOAT64);
        // Of integers, as unsigned 64 bits: float64 would round large ones, and narrow ones would
        // wrap.
        Tensor spread = greatest.astype(DType.INT64).minus(least.astype(DType.INT64));
        execute(min, max, mean, std, nans, least, low, high, spread);
        double[] lows = low.toDoubleArray();
        double[] highs = high.toDoubleArray();
        long range =
                Arrays.stream(spread.toLongArray())
                        .reduce(0, (a, b) -> Long.compareUnsigned(a, b) > 0 ? a : b);
        boolean perValue = !isFloat && Long.compareUnsigned(range, bins) < 0;
        int used = perValue ? (int) range + 1 : bins;
        long[][] counts =
                lows.length == 1 && isWide(lows[0], highs[0], used)
                        ? histogram(finite, lows[0], perValue ? lows[0] + used : highs[0], used)
                        : perValue
                                ? histograms(x.minus(least), others, arange(1, used), used)
                                : histograms(finite, others, innerEdges(low, high, used), used);
        return new Statistics(
                words(min, isTruth),
                words(max, isTruth),
                mean.toDoubleArray(),
                std.toDoubleArray(),
                nans.toLongArray(),
                lows,
                highs,
                perValue,
                counts);
    }

    /** Whether float64 tells the edges of the bins well apart, and holds the range. */
    private static boolean isWide(double low, double high, int bins) {
        double width = (high - low) / bins;
        return width < Double.POSITIVE_INFINITY
                && width > 4 * Math.ulp(Math.max(Math.abs(low), Math.abs(high)));
    }

    private static long[][] histogram(Tensor finite, double low, double high, int bins) {
        Tensor values = finite.dtype() == DType.FLOAT32 ? finite.astype(DType.FLOAT64) : finite;
        return new long[][] {Tensors.histogram(values, bins, low, high).counts().toLongArray()};
    }

    /** Between halves, which changes no bits, since the whole difference may overflow. */
    private static Tensor innerEdges(Tensor low, Tensor high, int bins) {
        Tensor parts = linspace(0, 1, bins + 1L).get(Slice.range(1, bins));
        Tensor half = low.div(2);
        return half.plus(high.div(2).minus(half).times(parts)).times(2);
    }

    /**
     * Of each group in bins of its own. Counts below each inner edge and in all, in one pass; the
     * differences are the bins.
     *
     * @param edges the inner edges along the last axis, for each group or for all
     */
    private static long[][] histograms(Tensor finite, int[] others, Tensor edges, int bins) {
        Tensor total = finite.eq(finite).sum(others);
        // All but the last axis, which is that of the edges.
        Tensor below = finite.lt(edges).sum(Arrays.copyOf(others, others.length - 1));
        execute(total, below);
        long[] totals = total.toLongArray();
        long[] cumulative = below.toLongArray();
        long[][] counts = new long[totals.length][bins];
        for (int group = 0; group < totals.length; group++) {
            long before = 0;
            for (int bin = 0; bin < bins; bin++) {
                long until = bin == bins - 1 ? totals[group] : cumulative[group * (bins - 1) + bin];
                counts[group][bin] = until - before;
                before = until;
            }
        }
        return counts;
    }

    /** Where {@link #perValue}, the integer that a bin of a group holds. */
    String value(int group, int bin) {
        boolean isTruth = min[group].equals("False") || min[group].equals("True");
        var first =
                isTruth ? BigInteger.valueOf(Math.round(low[group])) : new BigInteger(min[group]);
        return first.add(BigInteger.valueOf(bin)).toString();
    }

    private static String[] words(Tensor values, boolean isTruth) {
        if (values.dtype().isFloat()) {
            return Arrays.stream(values.toDoubleArray())
                    .mapToObj(Numbers::text)
                    .toArray(String[]::new);
        }
        if (isTruth) {
            return Arrays.stream(values.toLongArray())
                    .mapToObj(value -> value == 0 ? "False" : "True")
                    .toArray(String[]::new);
        }
        boolean isUnsigned = values.dtype() == DType.UINT64;
        return Arrays.stream(values.toLongArray())
                .mapToObj(value -> isUnsigned ? Long.toUnsignedString(value) : Long.toString(value))
                .toArray(String[]::new);
    }
}
