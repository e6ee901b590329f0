package io.tharsis.engine.functions;

import static io.tharsis.DType.FLOAT64;

import io.tharsis.engine.graph.Operand;

/**
 * The forms of {@link Reductions} that pass over NaNs; parameters, dtypes and trees are the same,
 * with NaNs replaced by a neutral element. Of integers and bools they are the plain forms.
 */
public final class NanReductions {
    private NanReductions() {}

    /** 0 where all are NaN. */
    public static Operand nansum(Operand x, int[] axes, boolean keepdims) {
        return Reductions.sum(withoutNans(x, 0.0), axes, keepdims);
    }

    /** 1 where all are NaN. */
    public static Operand nanprod(Operand x, int[] axes, boolean keepdims) {
        return Reductions.prod(withoutNans(x, 1.0), axes, keepdims);
    }

    /** NaN where all are NaN. */
    public static Operand nanmin(Operand x, int[] axes, boolean keepdims) {
        Operand min = Reductions.min(withoutNans(x, Double.POSITIVE_INFINITY), axes, keepdims);
        return nanWhereNothing(x, min, axes, keepdims);
    }

    /** NaN where all are NaN. */
    public static Operand nanmax(Operand x, int[] axes, boolean keepdims) {
        Operand max = Reductions.max(withoutNans(x, Double.NEGATIVE_INFINITY), axes, keepdims);
        return nanWhereNothing(x, max, axes, keepdims);
    }

    /** NaN where all are NaN. */
    public static Operand nanmean(Operand x, int[] axes, boolean keepdims) {
        if (!x.dtype().isFloat()) {
            return Reductions.mean(x, axes, keepdims);
        }
        return Reductions.divideByCount(nansum(x, axes, keepdims), countNumbers(x, axes, keepdims));
    }

    /** NaN where no more than {@code ddof} are numbers. */
    public static Operand nanvar(Operand x, int[] axes, boolean keepdims, int ddof) {
        if (!x.dtype().isFloat()) {
            return Reductions.var(x, axes, keepdims, ddof);
        }
        Operand distance = withoutNans(Elementwise.subtract(x, nanmean(x, axes, true)), x, 0.0);
        Operand sum = Reductions.sum(Elementwise.square(distance), axes, keepdims);
        Operand freedom =
                Elementwise.subtract(
                        countNumbers(x, axes, keepdims), Promotion.scalar(FLOAT64, (double) ddof));
        Operand isPositive = Elementwise.greater(freedom, Promotion.scalar(FLOAT64, 0.0));
        Operand divisor =
                Elementwise.where(isPositive, freedom, Promotion.scalar(FLOAT64, Double.NaN));
        return Reductions.divideByCount(sum, divisor);
    }

    /** The square root of {@link #nanvar}. */
    public static Operand nanstd(Operand x, int[] axes, boolean keepdims, int ddof) {
        return Elementwise.sqrt(nanvar(x, axes, keepdims, ddof));
    }

    private static Operand withoutNans(Operand x, double replacement) {
        return withoutNans(x, x, replacement);
    }

    /** {@code values} with {@code replacement} where {@code x} is NaN. */
    private static Operand withoutNans(Operand values, Operand x, double replacement) {
        if (!x.dtype().isFloat()) {
            return values;
        }
        return Elementwise.where(
                Elementwise.isnan(x), Promotion.scalar(values.dtype(), replacement), values);
    }

    private static Operand nanWhereNothing(
            Operand x, Operand extreme, int[] axes, boolean keepdims) {
        if (!x.dtype().isFloat()) {
            return extreme;
        }
        Operand isNothing = Reductions.all(Elementwise.isnan(x), axes, keepdims);
        return Elementwise.where(isNothing, Promotion.scalar(x.dtype(), Double.NaN), extreme);
    }

    private static Operand countNumbers(Operand x, int[] axes, boolean keepdims) {
        Operand isNumber = Elementwise.logicalNot(Elementwise.isnan(x));
        return Elementwise.cast(Reductions.sum(isNumber, axes, keepdims), FLOAT64);
    }
}
