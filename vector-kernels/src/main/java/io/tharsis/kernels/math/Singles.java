package io.tharsis.kernels.math;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.ProgramBuilder;

/**
 * F32 functions computed in F64 with short polynomials and no pairs: the 29 spare bits stand in for
 * all care, so a result is nearly always the rightly rounded one. Floats of any size are normal
 * doubles; overflow and subnormal results come out of the last conversion.
 */
final class Singles {
    /** e^r = 1 + r + r * r * p(r); {@code exp_single} of minimax.py. */
    private static final double[] EXP = {
        0.5000000081286696,
        0.1666666675694132,
        0.04166623900423402,
        0.008333285836560053,
        0.0013948700486339346,
        0.00019907704448986996
    };

    /** log((1+s)/(1-s)) = 2 s + s^3 p(s^2); {@code log_single}. */
    private static final double[] LOG = {
        0.6666666575716262, 0.40000339021288417, 0.2853604485503293, 0.23617561895322328
    };

    /** Rounds to an integer whose biased exponent field lies in the low bits. */
    private static final double SCALE_SHIFT = 0x1.8p52 + 1023;

    private static final double LN2 = 0.6931471805599453;
    private static final double LOG10_E = 0.4342944819032518;

    private Singles() {}

    static int exp2(ProgramBuilder b, int x) {
        Floats f = Floats.f64(b);
        int wide = bounded(f, b.convert(x, Lane.F64));
        int t = f.add(wide, f.c(SCALE_SHIFT));
        int r = f.mul(f.sub(wide, f.sub(t, f.c(SCALE_SHIFT))), f.c(LN2));
        return b.convert(f.mul(f.add(minusOne(f, r), f.c(1)), scale(f, t)), Lane.F32);
    }

    static int expm1(ProgramBuilder b, int x) {
        Floats f = Floats.f64(b);
        int wide = b.convert(x, Lane.F64);
        return b.convert(keepZero(f, wide, expm1OfBounded(f, bounded(f, wide))), Lane.F32);
    }

    /** em / (em + 2) for em = e^2x - 1. */
    static int tanh(ProgramBuilder b, int x) {
        Floats f = Floats.f64(b);
        int wide = b.convert(x, Lane.F64);
        int em = expm1OfBounded(f, bounded(f, f.add(wide, wide)));
        return b.convert(keepZero(f, wide, f.div(em, f.add(em, f.c(2)))), Lane.F32);
    }

    /** (em + em / (em + 1)) / 2 for em = e^|x| - 1. */
    static int sinh(ProgramBuilder b, int x) {
        Floats f = Floats.f64(b);
        int wide = b.convert(x, Lane.F64);
        int em = expm1OfBounded(f, bounded(f, f.abs(wide)));
        int sum = f.add(em, f.div(em, f.add(em, f.c(1))));
        return b.convert(keepZero(f, wide, f.withSign(f.mul(sum, f.c(0.5)), wide)), Lane.F32);
    }

    static int cosh(ProgramBuilder b, int x) {
        Floats f = Floats.f64(b);
        int e = f.add(expm1OfBounded(f, bounded(f, f.abs(b.convert(x, Lane.F64)))), f.c(1));
        return b.convert(f.mul(f.add(e, f.div(f.c(1), e)), f.c(0.5)), Lane.F32);
    }

    static int log2(ProgramBuilder b, int x) {
        Floats f = Floats.f64(b);
        int wide = b.convert(x, Lane.F64);
        Logarithms.Decomposed d = Logarithms.Decomposed.ofNormal(f, wide);
        int result =
                f.fma(
                        ofMantissa(f, f.sub(d.mantissa(), f.c(1))),
                        f.c(Exponentials.LOG2_E),
                        d.exponent());
        return b.convert(Logarithms.special(f, wide, result), Lane.F32);
    }

    static int log10(ProgramBuilder b, int x) {
        Floats f = Floats.f64(b);
        int wide = b.convert(x, Lane.F64);
        Logarithms.Decomposed d = Logarithms.Decomposed.ofNormal(f, wide);
        int natural = f.fma(d.exponent(), f.c(LN2), ofMantissa(f, f.sub(d.mantissa(), f.c(1))));
        return b.convert(Logarithms.special(f, wide, f.mul(natural, f.c(LOG10_E))), Lane.F32);
    }

    static int log1p(ProgramBuilder b, int x) {
        Floats f = Floats.f64(b);
        int wide = b.convert(x, Lane.F64);
        int sum = f.add(wide, f.c(1));
        Logarithms.Decomposed d = Logarithms.Decomposed.ofNormal(f, sum);
        // with exponent 0 the fraction is x itself, of which the sum has lost bits
        int fraction = f.select(f.eq(d.exponent(), f.c(0)), wide, f.sub(d.mantissa(), f.c(1)));
        int result = f.fma(d.exponent(), f.c(LN2), ofMantissa(f, fraction));
        return b.convert(keepZero(f, wide, Logarithms.special(f, sum, result)), Lane.F32);
    }

    private static int expm1OfBounded(Floats f, int x) {
        int t = f.fma(x, f.c(Exponentials.LOG2_E), f.c(SCALE_SHIFT));
        int r = f.fma(f.sub(t, f.c(SCALE_SHIFT)), f.c(-LN2), x);
        int scale = scale(f, t);
        return f.fma(scale, minusOne(f, r), f.sub(scale, f.c(1)));
    }

    /** 2^n for t = n + SCALE_SHIFT. */
    private static int scale(Floats f, int t) {
        return f.fromBits(f.b.shl(f.bits(t), 52));
    }

    /** e^r - 1. */
    private static int minusOne(Floats f, int r) {
        int rr = f.mul(r, r);
        return f.fma(rr, f.poly(r, rr, EXP), r);
    }

    /** log(1 + g). */
    private static int ofMantissa(Floats f, int g) {
        int s = f.div(g, f.add(g, f.c(2)));
        int z = f.mul(s, s);
        return f.mul(s, f.fma(z, f.horner(z, LOG), f.c(2)));
    }

    /** Beyond 200 every exponential of a float is infinite or 0. */
    private static int bounded(Floats f, int x) {
        int below = f.select(f.gt(x, f.c(200)), f.c(200), x);
        return f.select(f.lt(below, f.c(-200)), f.c(-200), below);
    }

    /** f(x) = x for functions of slope 1 at 0, and the sign of zero kept. */
    private static int keepZero(Floats f, int x, int otherwise) {
        return f.select(f.lt(f.abs(x), f.c(0x1p-30)), x, otherwise);
    }
}
