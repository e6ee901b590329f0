package io.tharsis.node;

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
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What {@code describe} tells of a tensor with elements: of all of them, or of each index along one axis. NaNs are counted and left
 * out of the rest. Made by two runs, one for the numbers and one for the histograms, whose bins depend on the range.
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
        // Two axes more: one for the edges of the bins, and one so that there is always one to reduce.
        Tensor x = (isTruth ? tensor.astype(DType.UINT8) : tensor).expandDims(-1).expandDims(-1);
        int[] others = IntStream.range(0, x.rank()).filter(k -> k != axis).toArray();
        boolean isFloat = x.dtype().isFloat();
        Tensor finite = isFloat ? where(isfinite(x), x, Double.NaN) : x;
        Tensor min = x.nanmin(others);
        Tensor max = x.nanmax(others);
        Tensor mean = x.nanmean(others).astype(DType.FLOAT64);
        Tensor std = x.nanstd(others).astype(DType.FLOAT64);
        Tensor nans = isFloat ? isnan(x).sum(others) : zeros(DType.INT64, x.shape(axis));
        Tensor low = finite.nanmin(true, others).astype(DType.FLOAT64);
        Tensor high = finite.nanmax(true, others).astype(DType.FLOAT64);
        execute(min, max, mean, std, nans, low, high);
        double[] lows = low.toDoubleArray();
        double[] highs = high.toDoubleArray();
        double range = IntStream.range(0, lows.length).mapToDouble(i -> highs[i] - lows[i]).max().orElse(0);
        boolean perValue = !isFloat && range < bins;
        int used = perValue ? (int) range + 1 : bins;
        long[][] counts =
                lows.length == 1 && isWide(lows[0], highs[0], used)
                        ? histogram(finite, lows[0], perValue ? lows[0] + used : highs[0], used)
                        : histograms(finite, others, low, perValue ? low.plus(used) : high, used);
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

    /** Whether float64 tells the edges of the bins well apart. */
    private static boolean isWide(double low, double high, int bins) {
        return (high - low) / bins > 4 * Math.ulp(Math.max(Math.abs(low), Math.abs(high)));
    }

    private static long[][] histogram(Tensor finite, double low, double high, int bins) {
        Tensor values = finite.dtype() == DType.FLOAT32 ? finite.astype(DType.FLOAT64) : finite;
        return new long[][] {Tensors.histogram(values, bins, low, high).counts().toLongArray()};
    }

    /** Of each group in bins of its own. Counts below each inner edge and in all, in one pass; the differences are the bins. */
    private static long[][] histograms(Tensor finite, int[] others, Tensor low, Tensor high, int bins) {
        Tensor fractions = linspace(0, 1, bins + 1L).get(Slice.range(1, bins));
        Tensor edges = low.plus(high.minus(low).times(fractions));
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

    private static String[] words(Tensor values, boolean isTruth) {
        if (values.dtype().isFloat()) {
            return Arrays.stream(values.toDoubleArray()).mapToObj(Numbers::text).toArray(String[]::new);
        }
        if (isTruth) {
            return Arrays.stream(values.toLongArray()).mapToObj(value -> value == 0 ? "False" : "True").toArray(String[]::new);
        }
        boolean isUnsigned = values.dtype() == DType.UINT64;
        return Arrays.stream(values.toLongArray())
                .mapToObj(value -> isUnsigned ? Long.toUnsignedString(value) : Long.toString(value))
                .toArray(String[]::new);
    }
}
