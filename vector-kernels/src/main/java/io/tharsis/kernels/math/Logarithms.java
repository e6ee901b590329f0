package io.tharsis.kernels.math;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.ProgramBuilder;

/**
 * log, log2, log10, log1p, logaddexp of F32 and F64 lanes.
 *
 * <p>x = 2^k m with m in [sqrt(1/2), sqrt(2)), s = f / (2 + f) for f = m - 1, and log m = 2 s + s^3 p(s^2) (Remez; the form of fdlibm's
 * notes and of Muller, chapter 11). Plain log arranges the sum so that only one rounding counts; the others keep pairs.
 */
public final class Logarithms {
    private static final double LN2_HI = 0.693147180559663;
    private static final double LN2_LO = 2.8235290563031577e-13;

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

    private Logarithms() {}

    /** Natural logarithm; -inf at 0, NaN below. */
    public static int log(ProgramBuilder b, int x) {
        Floats f = Floats.of(b, x);
        Decomposed d = Decomposed.of(f, x);
        int m1 = f.sub(d.mantissa(), f.c(1));
        int result;
        if (f.isDouble()) {
            int s = f.div(m1, f.add(m1, f.c(2)));
            int z = f.mul(s, s);
            int halfSquare = f.mul(f.mul(m1, f.c(0.5)), m1);
            // log(1+f) = f - (f^2/2 - s (f^2/2 + R)), R = z p(z)
            int inner = f.fma(z, f.poly(z, f.mul(z, z), LOG), halfSquare);
            int rest = f.fma(s, inner, f.mul(d.exponent(), f.c(LN2_LO)));
            result = f.fma(d.exponent(), f.c(LN2_HI), f.sub(m1, f.sub(halfSquare, rest)));
        } else {
            int square = f.mul(m1, m1);
            int cubic = f.mul(f.mul(square, m1), f.poly(m1, square, LOG_F32));
            int rest = f.fma(square, f.c(-0.5), f.fma(d.exponent(), f.c(1.4286068203094173e-06), cubic));
            result = f.fma(d.exponent(), f.c(0.693145751953125), f.add(m1, rest));
        }
        return special(f, x, result);
    }

    /** The results for 0, negative numbers, infinity and NaN in place of whatever {@code result} is there. */
    private static int special(Floats f, int x, int result) {
        int positive = f.select(f.lt(x, f.infinity()), result, x);
        int negative = f.select(f.eq(x, f.c(0)), f.c(Double.NEGATIVE_INFINITY), f.nan());
        return f.select(f.gt(x, f.c(0)), positive, negative);
    }

    /** x = 2^exponent * mantissa for positive finite x, sqrt(1/2) <= mantissa < sqrt(2); the exponent is an integer as a float. */
    record Decomposed(int exponent, int mantissa) {
        static Decomposed of(Floats f, int x) {
            boolean wide = f.isDouble();
            int tiny = f.lt(x, f.c(wide ? Double.MIN_NORMAL : Float.MIN_NORMAL));
            double up = wide ? 0x1p54 : 0x1p25;
            int normal = f.select(tiny, f.mul(x, f.c(up)), x);
            int exponentShift = wide ? 1023 : 127;
            int mantissaBits = f.mantissaBits();
            long sqrtHalf = wide ? 0x3fe6a09e667f3bcdL : 0x3f3504f3L;
            // the exponent field of the difference grows by one where the mantissa passes sqrt(2)
            int shifted = f.b.add(f.bits(normal), f.i(((long) exponentShift << mantissaBits) - sqrtHalf));
            int field = f.b.ushr(shifted, mantissaBits);
            double base = wide ? 0x1p52 : 0x1p23;
            int biased = f.fromBits(f.or(field, f.i(wide ? 0x4330000000000000L : 0x4b000000L)));
            int offset = f.select(tiny, f.c(base + exponentShift + (wide ? 54 : 25)), f.c(base + exponentShift));
            int fraction = f.and(shifted, f.i((1L << mantissaBits) - 1));
            return new Decomposed(f.sub(biased, offset), f.fromBits(f.b.add(fraction, f.i(sqrtHalf))));
        }
    }
}
