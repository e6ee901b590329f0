package io.tharsis.kernels.math;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.ProgramBuilder;

/**
 * exp, exp2, expm1 of F32 and F64 lanes.
 *
 * <p>Additive reduction x = n ln 2 + r, |r| <= ln(2) / 2, by a fused Cody and Waite step, which is
 * exact in its first word (Boldo, Daumas, Li, "Formally verified argument reduction with a fused
 * multiply-add", 2009), then a minimax polynomial. The scale 2^n is applied in two halves, so
 * overflow and subnormal results come out of the last multiplication rightly rounded.
 */
public final class Exponentials {
    static final double LOG2_E = 1.4426950408889634;
    static final double LN2_HI = 0.6931471805599453;
    static final double LN2_LO = 2.3190468138462996e-17;
    private static final float LN2_HI_F32 = 0.6931472f;
    private static final float LN2_LO_F32 = (float) (LN2_HI - LN2_HI_F32);

    /** e^r = 1 + r + r * r * p(r); {@code exp} of minimax.py. */
    private static final double[] EXP = {
        0.500000000000001,
        0.16666666666666674,
        0.04166666666652095,
        0.008333333333322127,
        0.0013888888948140007,
        0.00019841269886836392,
        2.4801486965350888e-05,
        2.7557242059340425e-06,
        2.7632791582662336e-07,
        2.5110154340462048e-08
    };

    /** {@code exp_f32}. */
    private static final double[] EXP_F32 = {
        0.49999993412672983,
        0.1666652011170296,
        0.041668394200722124,
        0.008368780030803998,
        0.0013814466375514014
    };

    /** e^r = 1 + r + r * r / 2 + r * r * r * p(r); {@code exp_cubic}. */
    private static final double[] EXP_CUBIC = {
        0.1666666666666643,
        0.0416666666666035,
        0.008333333333501265,
        0.0013888888927004034,
        0.00019841269464154442,
        2.4801508395001213e-05,
        2.755764204390052e-06,
        2.7625311064796137e-07,
        2.4978245291166463e-08
    };

    /** 2^r = 1 + r ln 2 + r * r * p(r), |r| <= 1/2; {@code exp2}. */
    private static final double[] EXP2 = {
        0.2402265069591012,
        0.055504108664821604,
        0.009618129107595054,
        0.0013333558146410628,
        0.0001540353045877964,
        1.5252733838920846e-05,
        1.3215433496988962e-06,
        1.0178057600131069e-07,
        7.074202286219333e-09,
        4.455822147690218e-10
    };

    private Exponentials() {}

    /** e^x. */
    public static int exp(ProgramBuilder b, int x) {
        Floats f = Floats.of(b, x);
        Power n = Power.nearest(f, x, LOG2_E);
        Floats.Pair r = reduce(f, n.exponent(), x);
        int rr = f.mul(r.hi(), r.hi());
        int p = f.poly(r.hi(), rr, f.isDouble() ? EXP : EXP_F32);
        int result = n.scale(f, f.add(f.add(f.fma(rr, p, r.lo()), r.hi()), f.c(1)));
        return f.isDouble()
                ? limit(f, x, result, 709.782712893384, -745.2)
                : limit(f, x, result, 88.72284, -104);
    }

    /** 2^x; exact for integers. */
    public static int exp2(ProgramBuilder b, int x) {
        if (b.lane(x) == Lane.F32) {
            return Singles.exp2(b, x);
        }
        Floats f = Floats.of(b, x);
        Power n = Power.nearest(f, x, 1);
        int r = f.sub(x, n.exponent());
        int rr = f.mul(r, r);
        int tail = f.fma(rr, f.poly(r, rr, EXP2), f.mul(r, f.c(LN2_LO)));
        int result = n.scale(f, f.add(f.fma(r, f.c(LN2_HI), tail), f.c(1)));
        return limit(f, x, result, 1023.9999999999999, -1075.1);
    }

    /** 1 / (1 + e^-x), both tails to full relative precision. */
    public static int sigmoid(ProgramBuilder b, int x) {
        Floats f = Floats.of(b, x);
        int e = exp(b, f.neg(f.abs(x)));
        int one = f.c(1);
        return f.div(f.select(f.lt(x, f.c(0)), e, one), f.add(e, one));
    }

    /** e^x - 1 without cancellation. */
    public static int expm1(ProgramBuilder b, int x) {
        if (b.lane(x) == Lane.F32) {
            return Singles.expm1(b, x);
        }
        Floats f = Floats.of(b, x);
        Power n = Power.nearest(f, x, LOG2_E);
        Floats.Pair p = minusOne(f, reduce(f, n.exponent(), x));
        // all at half scale: 2^1024 has no float
        int scale = f.fromBits(b.shl(b.add(n.biased(), f.i(-1024)), 52));
        int start = f.sub(scale, f.c(0.5));
        int startLo = f.sub(f.sub(scale, start), f.c(0.5));
        Floats.Pair head = f.fastTwoSum(start, f.mul(scale, p.hi()));
        int half = f.add(head.hi(), f.fma(scale, p.lo(), f.add(startLo, head.lo())));
        int result = f.select(f.lt(x, f.c(-40)), f.c(-1), f.add(half, half));
        result = f.select(f.gt(x, f.c(709.782712893384)), f.infinity(), result);
        return f.select(f.lt(f.abs(x), f.c(0x1p-54)), x, result);
    }

    /** e^r - 1 as a pair of about 58 bits, |r| <= ln(2) / 2. */
    private static Floats.Pair minusOne(Floats f, Floats.Pair r) {
        int rr = f.mul(r.hi(), r.hi());
        int rrLo = f.fma(r.hi(), r.hi(), f.neg(rr));
        int cubic =
                f.fma(
                        f.mul(rr, r.hi()),
                        f.poly(r.hi(), rr, EXP_CUBIC),
                        f.fma(rrLo, f.c(0.5), r.lo()));
        Floats.Pair quadratic = f.fastTwoSum(r.hi(), f.mul(rr, f.c(0.5)));
        return new Floats.Pair(quadratic.hi(), f.add(quadratic.lo(), cubic));
    }

    /** e^(x + xLo) in F64 as a pair of about 58 bits, for x between -1400 and 709.7. */
    static Floats.Pair pair(Floats f, int x, int xLo) {
        Power n = Power.nearest(f, x, LOG2_E);
        Floats.Pair e = unscaled(f, n, x, xLo);
        return new Floats.Pair(n.scale(f, e.hi()), n.scale(f, e.lo()));
    }

    /** e^(x + xLo) in F64 rounded once, for x between -1400 and 709.8. */
    static int rounded(Floats f, int x, int xLo) {
        Power n = Power.nearest(f, x, LOG2_E);
        Floats.Pair e = unscaled(f, n, x, xLo);
        return n.scale(f, f.round(e));
    }

    private static Floats.Pair unscaled(Floats f, Power n, int x, int xLo) {
        Floats.Pair r = reduce(f, n.exponent(), x);
        Floats.Pair p = minusOne(f, f.fastTwoSum(r.hi(), f.add(r.lo(), xLo)));
        Floats.Pair sum = f.fastTwoSum(f.c(1), p.hi());
        return new Floats.Pair(sum.hi(), f.add(sum.lo(), p.lo()));
    }

    /** x - n ln 2 with the rounding error of the last step. */
    static Floats.Pair reduce(Floats f, int n, int x) {
        int low = f.c(f.isDouble() ? -LN2_LO : -LN2_LO_F32);
        int first = f.fma(n, f.c(f.isDouble() ? -LN2_HI : -LN2_HI_F32), x);
        int hi = f.fma(n, low, first);
        return new Floats.Pair(hi, f.fma(n, low, f.sub(first, hi)));
    }

    private static int limit(Floats f, int x, int result, double largest, double smallest) {
        int bounded = f.select(f.gt(x, f.c(largest)), f.infinity(), result);
        return f.select(f.lt(x, f.c(smallest)), f.c(0), bounded);
    }

    /**
     * An integer n as a float and in the low bits of an integer that has 2046 (F32: 254) added,
     * ready to become exponents of two halves of 2^n.
     */
    record Power(int exponent, int biased) {
        /** n = rint(x * factor), for results between 2^-2046 and 2^1024 (F32: 2^-254 and 2^128). */
        static Power nearest(Floats f, int x, double factor) {
            double shift = f.magic() + (f.isDouble() ? 2046 : 254);
            int t = f.fma(x, f.c(factor), f.c(shift));
            return new Power(f.sub(t, f.c(shift)), f.bits(t));
        }

        /** value * 2^n, rounded once if the value is near 1. */
        int scale(Floats f, int value) {
            int half = f.b.ushr(biased, 1);
            int low = f.fromBits(f.b.shl(half, f.mantissaBits()));
            int high = f.fromBits(f.b.shl(f.b.sub(biased, half), f.mantissaBits()));
            return f.mul(f.mul(value, low), high);
        }
    }
}
