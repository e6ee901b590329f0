package io.tharsis.kernels.math;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.ProgramBuilder;

/**
 * log, log2, log10, log1p, logaddexp of F32 and F64 lanes.
 *
 * <p>x = 2^k m with m in [sqrt(1/2), sqrt(2)), s = f / (2 + f) for f = m - 1, and log m = 2 s + s^3
 * p(s^2) (Remez; the form of fdlibm's notes and of Muller, chapter 11). Plain log arranges the sum
 * so that only one rounding counts; the others keep pairs.
 */
public final class Logarithms {
    private static final double LN2_HI = 0.693147180559663;
    private static final double LN2_LO = 2.8235290563031577e-13;
    private static final double LOG2_E_LO = 2.0355273740931033e-17;
    private static final double LOG10_E = 0.4342944819032518;
    private static final double LOG10_E_LO = 1.098319650216765e-17;
    private static final double TWO_THIRDS_HI = 0.6666666666666666;
    private static final double TWO_THIRDS_LO = 3.700743415417188e-17;

    /** log((1+s)/(1-s)) = 2 s + s^3 p(s^2); {@code log} of minimax.py. */
    private static final double[] LOG = {
        0.666666666666671,
        0.3999999999951953,
        0.2857142872936539,
        0.22222199081404315,
        0.18183572084063498,
        0.15313149469601858,
        0.14810677359460747
    };

    /** log(1+f) = f - f^2/2 + f^3 p(f); {@code log1p_f32}. */
    private static final double[] LOG_F32 = {
        0.33333331713928116,
        -0.25000821557114566,
        0.20001227272607408,
        -0.16623336525193363,
        0.1420172591844527,
        -0.13160369593063595,
        0.12761936206158842,
        -0.07634447079718704
    };

    /** log((1+s)/(1-s)) = 2 s + 2/3 s^3 + s^5 p(s^2); {@code log_rest}. */
    private static final double[] LOG_REST = {
        0.39999999999999997,
        0.28571428571432905,
        0.22222222220356777,
        0.18181818545715744,
        0.15384577485988618,
        0.1333558229918622,
        0.11688618181844193,
        0.11882835982219514
    };

    private Logarithms() {}

    /** Natural logarithm; -inf at 0, NaN below. */
    public static int log(ProgramBuilder b, int x) {
        Floats f = Floats.of(b, x);
        return special(f, x, natural(f, Decomposed.of(f, x)));
    }

    /** Natural logarithm of positive normal finite numbers, in fewer steps; garbage for others. */
    public static int logNormal(ProgramBuilder b, int x) {
        Floats f = Floats.of(b, x);
        return natural(f, Decomposed.ofNormal(f, x));
    }

    private static int natural(Floats f, Decomposed d) {
        int m1 = f.sub(d.mantissa(), f.c(1));
        if (f.isDouble()) {
            int s = f.div(m1, f.add(m1, f.c(2)));
            int z = f.mul(s, s);
            int halfSquare = f.mul(f.mul(m1, f.c(0.5)), m1);
            // log(1+f) = f - (f^2/2 - s (f^2/2 + R)), R = z p(z)
            int inner = f.fma(z, f.poly(z, f.mul(z, z), LOG), halfSquare);
            int rest = f.fma(s, inner, f.mul(d.exponent(), f.c(LN2_LO)));
            return f.fma(d.exponent(), f.c(LN2_HI), f.sub(m1, f.sub(halfSquare, rest)));
        }
        int square = f.mul(m1, m1);
        int cubic = f.mul(f.mul(square, m1), f.poly(m1, square, LOG_F32));
        int rest =
                f.fma(square, f.c(-0.5), f.fma(d.exponent(), f.c(1.4286068203094173e-06), cubic));
        return f.fma(d.exponent(), f.c(0.693145751953125), f.add(m1, rest));
    }

    /** Base 2; exact for powers of 2. */
    public static int log2(ProgramBuilder b, int x) {
        if (b.lane(x) == Lane.F32) {
            return Singles.log2(b, x);
        }
        Floats f = Floats.of(b, x);
        Decomposed d = Decomposed.of(f, x);
        Floats.Pair fraction =
                scaled(f, ofMantissa(f, f.c(0), d.minusOne(f)), Exponentials.LOG2_E, LOG2_E_LO);
        Floats.Pair sum = f.fastTwoSum(d.exponent(), fraction.hi());
        return special(f, x, f.add(sum.hi(), f.add(sum.lo(), fraction.lo())));
    }

    /** Base 10; exact for powers of 10. */
    public static int log10(ProgramBuilder b, int x) {
        if (b.lane(x) == Lane.F32) {
            return Singles.log10(b, x);
        }
        Floats f = Floats.of(b, x);
        Decomposed d = Decomposed.of(f, x);
        Floats.Pair natural = ofMantissa(f, d.exponent(), d.minusOne(f));
        return special(f, x, f.round(scaled(f, natural, LOG10_E, LOG10_E_LO)));
    }

    /** log(1 + x) without cancellation; -inf at -1, NaN below. */
    public static int log1p(ProgramBuilder b, int x) {
        if (b.lane(x) == Lane.F32) {
            return Singles.log1p(b, x);
        }
        Floats f = Floats.of(b, x);
        Floats.Pair sum = f.twoSum(f.c(1), x);
        int result = special(f, sum.hi(), f.round(ofPair(f, sum, f.c(0))));
        return f.select(f.lt(f.abs(x), f.c(0x1p-54)), x, result);
    }

    /**
     * log(e^x + e^y) without overflow. Where the result nearly cancels, next to 0 with arguments of
     * opposite effect, its error is relative to the larger argument.
     */
    public static int logaddexp(ProgramBuilder b, int x, int y) {
        if (b.lane(x) == Lane.F32) {
            return b.convert(
                    logaddexp(b, b.convert(x, Lane.F64), b.convert(y, Lane.F64)), Lane.F32);
        }
        Floats f = Floats.of(b, x);
        int descending = f.gt(x, y);
        int large = f.select(descending, x, y);
        int small = f.select(descending, y, x);
        Floats.Pair gap = f.twoSum(small, f.neg(large));
        int distance = f.select(f.eq(x, y), f.c(0), gap.hi());
        // beyond 800 nothing is left to add; infinite gaps have no low part
        int bounded = f.select(f.lt(distance, f.c(-800)), f.c(-800), distance);
        int gapLo = f.select(f.lt(f.abs(gap.lo()), f.infinity()), gap.lo(), f.c(0));
        Floats.Pair ratio = Exponentials.pair(f, bounded, gapLo);
        Floats.Pair sum = f.fastTwoSum(f.c(1), ratio.hi());
        Floats.Pair log = ofPair(f, new Floats.Pair(sum.hi(), f.add(sum.lo(), ratio.lo())), f.c(0));
        Floats.Pair total = f.twoSum(large, log.hi());
        int result = f.add(total.hi(), f.add(total.lo(), log.lo()));
        int infinite = f.and(f.eq(f.abs(large), f.infinity()), f.eq(distance, distance));
        return f.select(infinite, large, result);
    }

    /** log(value) + extra ln 2 as a pair, for a pair in [2^-1000, 2^1000]; garbage for others. */
    static Floats.Pair ofPair(Floats f, Floats.Pair value, int extra) {
        Decomposed d = Decomposed.of(f, value.hi());
        int factor = f.select(f.lt(value.hi(), f.c(0x1p100)), d.inverseScale(f), f.c(0));
        Floats.Pair minusOne = f.fastTwoSum(d.minusOne(f).hi(), f.mul(value.lo(), factor));
        return ofMantissa(f, f.add(d.exponent(), extra), minusOne);
    }

    /** exponent ln 2 + log(1 + g) as a pair of about 58 bits, sqrt(1/2) <= 1 + g < sqrt(2). */
    static Floats.Pair ofMantissa(Floats f, int exponent, Floats.Pair g) {
        Floats.Pair s = ratio(f, g);
        int z = f.mul(s.hi(), s.hi());
        int tail = f.fma(f.mul(s.hi(), z), f.poly(z, f.mul(z, z), LOG), f.add(s.lo(), s.lo()));
        return sum(f, exponent, f.add(s.hi(), s.hi()), tail);
    }

    /** As {@link #ofMantissa}, of about 66 bits: the cubic term is a pair too. */
    static Floats.Pair ofMantissaPrecise(Floats f, int exponent, Floats.Pair g) {
        Floats.Pair s = ratio(f, g);
        Floats.Pair z = f.twoProduct(s.hi(), s.hi());
        int zLo = f.fma(f.add(s.hi(), s.hi()), s.lo(), z.lo());
        Floats.Pair cube = f.twoProduct(s.hi(), z.hi());
        int cubeLo = f.fma(s.hi(), zLo, f.fma(s.lo(), z.hi(), cube.lo()));
        int rest = f.poly(z.hi(), f.mul(z.hi(), z.hi()), LOG_REST);
        Floats.Pair factor =
                f.fastTwoSum(f.c(TWO_THIRDS_HI), f.fma(z.hi(), rest, f.c(TWO_THIRDS_LO)));
        Floats.Pair term = f.twoProduct(cube.hi(), factor.hi());
        int termLo = f.fma(cube.hi(), factor.lo(), f.fma(cubeLo, factor.hi(), term.lo()));
        Floats.Pair head = f.fastTwoSum(f.add(s.hi(), s.hi()), term.hi());
        return sum(f, exponent, head.hi(), f.add(head.lo(), f.fma(s.lo(), f.c(2), termLo)));
    }

    /** g / (2 + g). */
    private static Floats.Pair ratio(Floats f, Floats.Pair g) {
        Floats.Pair d = f.fastTwoSum(f.c(2), g.hi());
        return f.divide(g, new Floats.Pair(d.hi(), f.add(d.lo(), g.lo())));
    }

    private static Floats.Pair sum(Floats f, int exponent, int hi, int lo) {
        Floats.Pair head = f.fastTwoSum(f.mul(exponent, f.c(LN2_HI)), hi);
        return f.fastTwoSum(head.hi(), f.add(head.lo(), f.fma(exponent, f.c(LN2_LO), lo)));
    }

    private static Floats.Pair scaled(Floats f, Floats.Pair value, double hi, double lo) {
        Floats.Pair product = f.twoProduct(value.hi(), f.c(hi));
        int rest = f.fma(value.lo(), f.c(hi), f.fma(value.hi(), f.c(lo), product.lo()));
        return new Floats.Pair(product.hi(), rest);
    }

    /**
     * The results for 0, negative numbers, infinity and NaN in place of whatever {@code result} is
     * there.
     */
    static int special(Floats f, int x, int result) {
        int positive = f.select(f.lt(x, f.infinity()), result, x);
        int negative = f.select(f.eq(x, f.c(0)), f.c(Double.NEGATIVE_INFINITY), f.nan());
        return f.select(f.gt(x, f.c(0)), positive, negative);
    }

    /**
     * x = 2^exponent * mantissa for positive finite x, sqrt(1/2) <= mantissa < sqrt(2); the
     * exponent is an integer as a float.
     */
    record Decomposed(int exponent, int mantissa, int field) {
        Floats.Pair minusOne(Floats f) {
            return new Floats.Pair(f.sub(mantissa, f.c(1)), f.c(0));
        }

        /** 2^-exponent for normal F64 numbers below 2^1023. */
        int inverseScale(Floats f) {
            return f.fromBits(f.b.shl(f.b.sub(f.i(2046), field), 52));
        }

        static Decomposed of(Floats f, int x) {
            boolean wide = f.isDouble();
            int tiny = f.lt(x, f.c(wide ? Double.MIN_NORMAL : Float.MIN_NORMAL));
            double up = wide ? 0x1p54 : 0x1p25;
            int normal = f.select(tiny, f.mul(x, f.c(up)), x);
            double base = (wide ? 0x1p52 : 0x1p23) + (wide ? 1023 : 127);
            return ofNormal(f, normal, f.select(tiny, f.c(base + (wide ? 54 : 25)), f.c(base)));
        }

        static Decomposed ofNormal(Floats f, int x) {
            return ofNormal(f, x, f.c(f.isDouble() ? 0x1p52 + 1023 : 0x1p23 + 127));
        }

        private static Decomposed ofNormal(Floats f, int normal, int offset) {
            boolean wide = f.isDouble();
            int exponentShift = wide ? 1023 : 127;
            int mantissaBits = f.mantissaBits();
            long sqrtHalf = wide ? 0x3fe6a09e667f3bcdL : 0x3f3504f3L;
            // the exponent field of the difference grows by one where the mantissa passes sqrt(2)
            int shifted =
                    f.b.add(f.bits(normal), f.i(((long) exponentShift << mantissaBits) - sqrtHalf));
            int field = f.b.ushr(shifted, mantissaBits);
            int biased = f.fromBits(f.or(field, f.i(wide ? 0x4330000000000000L : 0x4b000000L)));
            int fraction = f.and(shifted, f.i((1L << mantissaBits) - 1));
            return new Decomposed(
                    f.sub(biased, offset), f.fromBits(f.b.add(fraction, f.i(sqrtHalf))), field);
        }
    }
}
