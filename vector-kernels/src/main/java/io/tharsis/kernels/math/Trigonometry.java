package io.tharsis.kernels.math;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.ProgramBuilder;

/**
 * sin, cos, tan of F32 and F64 lanes.
 *
 * <p>F64: x = n pi/2 + r in three words of pi/2. The fused first step is exact (Boldo, Daumas, Li
 * 2009); the second word has 33 bits, so for |n| < 2^20 its product is a float and the step is a
 * fast two-sum; together 139 bits, enough for every double up to {@value #LIMIT}. Then two minimax
 * polynomials on |r| <= pi/4 and a choice by quadrant (Cody and Waite 1980; Muller, chapter 11).
 * Larger finite arguments go to {@link StrictMath}, whose fdlibm algorithm is fully specified. F32
 * is computed in F64, where two words of pi/2 are enough.
 */
public final class Trigonometry {
    /** Arguments of larger magnitude take the rare path. */
    public static final double LIMIT = 1e6;

    private static final double TWO_OVER_PI = 0.6366197723675814;
    private static final double PI_2_A = 1.5707963267948966;
    private static final double PI_2_B = 6.12323399538461e-17;
    private static final double PI_2_C = 3.5215598651832e-27;
    private static final double PI_2_B_FULL = 6.123233995736766e-17;

    /** sin r = r + r^3 p(r^2); {@code sin} of minimax.py. */
    private static final double[] SIN = {
        -0.1666666666666664,
        0.008333333333323662,
        -0.00019841269830144393,
        2.755731365185318e-06,
        -2.50507345710695e-08,
        1.5894710581635063e-10
    };

    /** cos r = 1 - r^2 / 2 + r^4 p(r^2); {@code cos}. */
    private static final double[] COS = {
        0.04166666666666665,
        -0.001388888888888284,
        2.4801587294628004e-05,
        -2.7557315738613277e-07,
        2.087589773868284e-09,
        -1.1367981880468928e-11
    };

    /** {@code sin_single}. */
    private static final double[] SIN_SINGLE = {
        -0.16666666644202188, 0.008333329326706468, -0.0001983926075352894, 2.7173418372623814e-06
    };

    /** cos r = 1 + r^2 p(r^2); {@code cos_single} after -1/2. */
    private static final double[] COS_SINGLE = {
        -0.5,
        0.04166666664791979,
        -0.001388888554548308,
        2.479991100155366e-05,
        -2.7237103776925033e-07
    };

    private Trigonometry() {}

    /** Sine of radians. */
    public static int sin(ProgramBuilder b, int x) {
        return sinus(b, x, 0, LargeArguments.SIN);
    }

    /** Cosine of radians. */
    public static int cos(ProgramBuilder b, int x) {
        return sinus(b, x, 1, LargeArguments.COS);
    }

    /** Tangent of radians. */
    public static int tan(ProgramBuilder b, int x) {
        boolean single = b.lane(x) == Lane.F32;
        Floats f = Floats.f64(b);
        Reduced r = single ? Reduced.ofSingle(f, b.convert(x, Lane.F64)) : Reduced.of(f, x);
        int odd = f.ne(f.and(r.quadrant(), f.i(1)), f.i(0));
        int fast;
        if (single) {
            int sin = sinSingle(f, r);
            int cos = cosSingle(f, r);
            fast =
                    b.convert(
                            f.div(f.select(odd, f.neg(cos), sin), f.select(odd, sin, cos)),
                            Lane.F32);
        } else {
            Floats.Pair sin = sinPair(f, r);
            Floats.Pair cos = cosPair(f, r);
            Floats.Pair minusCos = new Floats.Pair(f.neg(cos.hi()), f.neg(cos.lo()));
            int ratio = f.round(f.divide(f.select(odd, minusCos, sin), f.select(odd, sin, cos)));
            // sin r is r there, and the pair arithmetic would lose the sign of zero and the last
            // bits of subnormals
            fast = f.select(f.lt(f.abs(x), f.c(0x1p-27)), x, ratio);
        }
        return b.rare(fast, Floats.of(b, x).finiteBeyond(x, LIMIT), x, x, LargeArguments.TAN);
    }

    private static int sinus(ProgramBuilder b, int x, int quarterTurns, LargeArguments rare) {
        boolean single = b.lane(x) == Lane.F32;
        Floats f = Floats.f64(b);
        Reduced r = single ? Reduced.ofSingle(f, b.convert(x, Lane.F64)) : Reduced.of(f, x);
        int quadrant = quarterTurns == 0 ? r.quadrant() : b.add(r.quadrant(), f.i(quarterTurns));
        int even = f.eq(f.and(quadrant, f.i(1)), f.i(0));
        int value =
                single
                        ? f.select(even, sinSingle(f, r), cosSingle(f, r))
                        : f.select(even, sin(f, r), cos(f, r));
        int fast = f.flip(value, b.shl(b.ushr(quadrant, 1), 63));
        if (single) {
            fast = b.convert(fast, Lane.F32);
        }
        return b.rare(fast, Floats.of(b, x).finiteBeyond(x, LIMIT), x, x, rare);
    }

    private static int sin(Floats f, Reduced r) {
        return f.sub(r.hi(), sinCorrection(f, r));
    }

    /**
     * r - sin(r + lo), sin(r + lo) = sin r + lo (1 - r^2/2); subtracting keeps the sign of zero,
     * which adding would lose.
     */
    private static int sinCorrection(Floats f, Reduced r) {
        int p = f.horner(r.square(), negated(SIN));
        int slope = f.fma(r.hi(), p, f.mul(r.minusLo(), f.c(-0.5)));
        return f.fma(r.square(), slope, r.minusLo());
    }

    private static Floats.Pair sinPair(Floats f, Reduced r) {
        return f.fastTwoSum(r.hi(), f.neg(sinCorrection(f, r)));
    }

    private static int cos(Floats f, Reduced r) {
        int head = f.fma(r.square(), f.c(-0.5), f.c(1));
        int headLo = f.fma(r.square(), f.c(-0.5), f.sub(f.c(1), head));
        int rest = f.fma(r.hi(), r.minusLo(), headLo);
        int p = f.horner(r.square(), COS);
        return f.add(head, f.fma(f.mul(r.square(), r.square()), p, rest));
    }

    private static Floats.Pair cosPair(Floats f, Reduced r) {
        Floats.Pair square = f.twoProduct(r.hi(), r.hi());
        int rest = f.fma(r.hi(), r.minusLo(), f.mul(square.lo(), f.c(-0.5)));
        int p = f.horner(square.hi(), COS);
        rest = f.fma(f.mul(square.hi(), square.hi()), p, rest);
        int half = f.mul(square.hi(), f.c(-0.5));
        Floats.Pair head = f.fastTwoSum(f.c(1), half);
        return f.fastTwoSum(head.hi(), f.add(head.lo(), rest));
    }

    // a product keeps the sign of zero, which a sum would lose
    private static int sinSingle(Floats f, Reduced r) {
        return f.mul(r.hi(), f.fma(r.square(), f.horner(r.square(), SIN_SINGLE), f.c(1)));
    }

    private static int cosSingle(Floats f, Reduced r) {
        return f.fma(r.square(), f.horner(r.square(), COS_SINGLE), f.c(1));
    }

    private static double[] negated(double[] coefficients) {
        double[] result = coefficients.clone();
        for (int k = 0; k < result.length; k++) {
            result[k] = -result[k];
        }
        return result;
    }

    /** x = quadrant * pi/2 + (hi - minusLo); the quadrant is right modulo 4; square is hi * hi. */
    private record Reduced(int hi, int minusLo, int square, int quadrant) {
        static Reduced of(Floats f, int x) {
            int t = f.fma(x, f.c(TWO_OVER_PI), f.c(f.magic()));
            int n = f.sub(t, f.c(f.magic()));
            int first = f.fma(n, f.c(-PI_2_A), x);
            int hi = f.fma(n, f.c(-PI_2_B), first);
            int minusLo = f.fma(n, f.c(PI_2_C), f.fma(n, f.c(PI_2_B), f.sub(hi, first)));
            return new Reduced(hi, minusLo, f.mul(hi, hi), f.bits(t));
        }

        static Reduced ofSingle(Floats f, int x) {
            int t = f.fma(x, f.c(TWO_OVER_PI), f.c(f.magic()));
            int n = f.sub(t, f.c(f.magic()));
            int hi = f.fma(n, f.c(-PI_2_B_FULL), f.fma(n, f.c(-PI_2_A), x));
            return new Reduced(hi, -1, f.mul(hi, hi), f.bits(t));
        }
    }
}
