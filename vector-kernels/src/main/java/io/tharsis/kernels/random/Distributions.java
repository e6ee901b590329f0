package io.tharsis.kernels.random;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.ProgramBuilder;
import io.tharsis.kernels.math.Logarithms;

/**
 * Distributions as kernel programs over raw bits, by inversion: one element's bits make one value,
 * no draw is rejected, so element e depends on (key, stream, e) alone. Bits are a node of {@link
 * ProgramBuilder#philoxStream}: I64 bits make F64 or I64 values, I32 bits make F32 values.
 *
 * <p><b>The values are golden: they never change.</b>
 */
public final class Distributions {
    private Distributions() {}

    /**
     * Uniform on [0, 1): the high 53 bits times 2^-53 (F64), or the high 24 bits times 2^-24 (F32).
     */
    public static int uniform01(ProgramBuilder b, int bits) {
        if (b.lane(bits) == Lane.I32) {
            return b.mul(b.convert(b.ushr(bits, 8), Lane.F32), b.constant(0x1p-24f));
        }
        return b.mul(b.convert(b.ushr(bits, 11), Lane.F64), b.constant(0x1p-53));
    }

    /**
     * low + u (high - low), fused, for u of {@link #uniform01}; {@code low} where that rounds to
     * {@code high}. {@code low < high} and their difference are finite; lanes F64 for I64 bits, F32
     * for I32 bits.
     */
    public static int uniform(ProgramBuilder b, int bits, int low, int high) {
        int value = b.fma(uniform01(b, bits), b.sub(high, low), low);
        return b.select(b.compare(CompareOp.LT, value, high), value, low);
    }

    /**
     * Integers of [low, low + count): the high 64 bits of bits * count, plus low, wrapping. {@code
     * count} is unsigned, 0 meaning 2^64. The probability of each value is within 2^-64 of 1 /
     * count. All lanes I64.
     */
    public static int integers(ProgramBuilder b, int bits, int low, int count) {
        int mask = b.constant(0xffffffffL);
        int bitsLow = b.and(bits, mask);
        int bitsHigh = b.ushr(bits, 32);
        int countLow = b.and(count, mask);
        int countHigh = b.ushr(count, 32);
        int middle = b.add(b.mul(bitsHigh, countLow), b.ushr(b.mul(bitsLow, countLow), 32));
        int other = b.add(b.mul(bitsLow, countHigh), b.and(middle, mask));
        int high = b.add(b.mul(bitsHigh, countHigh), b.add(b.ushr(middle, 32), b.ushr(other, 32)));
        int all = b.compare(CompareOp.EQ, count, b.constant(0L));
        return b.add(low, b.select(all, bits, high));
    }

    /**
     * Standard normal: the sign is the highest bit, the magnitude is exceeded with probability 2 q
     * for q = (k + 1/2) 2^-53 and k the 52 bits below (F32: q = (k + 1/2) 2^-32, 31 bits). Within
     * 8.3 (F32: 6.4); relative error below 1e-15 (F32: 1e-7).
     */
    public static int normal(ProgramBuilder b, int bits) {
        boolean wide = b.lane(bits) == Lane.I64;
        int q;
        int sign;
        if (wide) {
            // (k + 1/2) 2^-53 for the 52 bits k below the sign, exact
            int fraction =
                    b.or(
                            b.and(b.ushr(bits, 11), b.constant(0xfffffffffffffL)),
                            b.constant(0x3fe0000000000000L));
            q = b.sub(b.reinterpret(fraction, Lane.F64), b.constant(0.5 - 0x1p-54));
            sign = b.and(bits, b.constant(Long.MIN_VALUE));
        } else {
            int magnitude = b.convert(b.and(bits, b.constant(Integer.MAX_VALUE)), Lane.F64);
            q = b.fma(magnitude, b.constant(0x1p-32), b.constant(0x1p-33));
            sign = b.and(bits, b.constant(Integer.MIN_VALUE));
        }
        int upper = NormalQuantile.upper(b, q);
        Lane lane = wide ? Lane.F64 : Lane.F32;
        int value = wide ? upper : b.convert(upper, Lane.F32);
        return b.reinterpret(b.xor(b.reinterpret(value, b.lane(bits)), sign), lane);
    }

    /**
     * Exponential of mean 1: -log(1 - u) for u of {@link #uniform01}; from 0 to 36.8 (F32: 16.7).
     */
    public static int exponential(ProgramBuilder b, int bits) {
        int u = uniform01(b, bits);
        Lane lane = b.lane(u);
        return b.sub(b.constant(lane, 0), Logarithms.logNormal(b, b.sub(b.constant(lane, 1), u)));
    }

    /**
     * True with probability {@code p}, rounded up to a multiple of 2^-53 (F32: 2^-24); a mask. Lane
     * of p as in {@link #uniform}.
     */
    public static int bernoulli(ProgramBuilder b, int bits, int p) {
        return b.compare(CompareOp.LT, uniform01(b, bits), p);
    }
}
