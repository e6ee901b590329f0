package io.tharsis.kernels.math;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.ProgramBuilder;

/**
 * asin, acos, atan, atan2. F32 is computed in F64.
 *
 * <p>asin by pi/2 - 2 asin(sqrt((1 - x) / 2)) beyond 1/2; atan of a quotient n / d by pi/4 +
 * atan((n - d) / (n + d)) beyond tan(pi/8), so one division serves both (Cody and Waite 1980;
 * Muller, chapter 11). The sums with multiples of pi/4 are kept as pairs.
 */
public final class InverseTrigonometry {
    private static final double PI_2_HI = 1.5707963267948966;
    private static final double PI_2_LO = 6.123233995736766e-17;
    private static final double PI_4_HI = 0.7853981633974483;
    private static final double PI_4_LO = 3.061616997868383e-17;
    private static final double TAN_PI_8 = 0.4142135623730951;

    /** asin t = t + t^3 p(t^2), |t| <= 1/2; {@code asin} of minimax.py. */
    private static final double[] ASIN = {
        0.16666666666666702,
        0.07499999999984425,
        0.04464285716374379,
        0.030381943138356373,
        0.022372205133791817,
        0.017351752625038415,
        0.01397952313973838,
        0.011406698302304917,
        0.01075076069286131,
        0.0037700243477189225,
        0.02165687868892008,
        -0.021060058040755537,
        0.03274148389564774
    };

    /** atan t = t + t^3 p(t^2), |t| <= tan(pi/8); {@code atan}. */
    private static final double[] ATAN = {
        -0.3333333333333327,
        0.19999999999969253,
        -0.1428571428137659,
        0.11111110826150396,
        -0.09090898599422259,
        0.07692069510731907,
        -0.06663156086646607,
        0.05847941987916081,
        -0.05038309611963654,
        0.038012892276901446,
        -0.017826187309870362
    };

    private InverseTrigonometry() {}

    /** In [-pi/2, pi/2]; NaN beyond 1. */
    public static int asin(ProgramBuilder b, int x) {
        return Floats.inF64(b, x, wide -> asinF64(Floats.of(b, wide), wide));
    }

    /** In [0, pi]; NaN beyond 1. */
    public static int acos(ProgramBuilder b, int x) {
        return Floats.inF64(b, x, wide -> acosF64(Floats.of(b, wide), wide));
    }

    /** In [-pi/2, pi/2]. */
    public static int atan(ProgramBuilder b, int x) {
        return Floats.inF64(b, x, wide -> atanF64(Floats.of(b, wide), wide));
    }

    /** The angle of the point (x, y) in [-pi, pi]; signed zeros choose the side of the cut. */
    public static int atan2(ProgramBuilder b, int y, int x) {
        if (b.lane(y) == Lane.F32) {
            return b.convert(
                    atan2F64(Floats.f64(b), b.convert(y, Lane.F64), b.convert(x, Lane.F64)),
                    Lane.F32);
        }
        return atan2F64(Floats.of(b, y), y, x);
    }

    /** asin |x| = base + lo parts: s + v with s a pair, where big: pi/2 - 2 (s + v). */
    private record HalfAngle(int big, int s, int tail) {
        static HalfAngle of(Floats f, int magnitude) {
            int big = f.gt(magnitude, f.c(0.5));
            int half = f.mul(f.sub(f.c(1), magnitude), f.c(0.5));
            int z = f.select(big, half, f.mul(magnitude, magnitude));
            int s = f.select(big, f.sqrt(half), magnitude);
            // the tiny addend only keeps 0 / 0 away
            int rest = f.div(f.fma(f.neg(s), s, half), f.add(f.add(s, s), f.c(Double.MIN_NORMAL)));
            int p = f.mul(f.mul(s, z), f.poly(z, f.mul(z, z), ASIN));
            return new HalfAngle(big, s, f.add(f.select(big, rest, f.c(0)), p));
        }
    }

    private static int asinF64(Floats f, int x) {
        HalfAngle h = HalfAngle.of(f, f.abs(x));
        Floats.Pair head = f.fastTwoSum(f.c(PI_2_HI), f.mul(h.s(), f.c(-2)));
        int rest = f.fma(h.tail(), f.c(-2), f.add(head.lo(), f.c(PI_2_LO)));
        int magnitude = f.select(h.big(), f.add(head.hi(), rest), f.add(h.s(), h.tail()));
        return f.withSign(magnitude, x);
    }

    private static int acosF64(Floats f, int x) {
        HalfAngle h = HalfAngle.of(f, f.abs(x));
        int sign = f.signOf(x);
        int factor = f.select(h.big(), f.c(2), f.c(-1));
        int signed = f.flip(factor, sign);
        int negative = f.lt(x, f.c(0));
        int baseHi = f.select(h.big(), f.select(negative, f.c(2 * PI_2_HI), f.c(0)), f.c(PI_2_HI));
        int baseLo = f.select(h.big(), f.select(negative, f.c(2 * PI_2_LO), f.c(0)), f.c(PI_2_LO));
        Floats.Pair head = f.fastTwoSum(baseHi, f.mul(h.s(), signed));
        return f.add(head.hi(), f.fma(h.tail(), signed, f.add(head.lo(), baseLo)));
    }

    private static int atanF64(Floats f, int x) {
        int magnitude = f.abs(x);
        int bounded = f.select(f.gt(magnitude, f.c(0x1p1000)), f.c(0x1p1000), magnitude);
        int steep = f.gt(bounded, f.c(1));
        int small = f.select(steep, f.c(1), bounded);
        int large = f.select(steep, bounded, f.c(1));
        int over = f.gt(small, f.mul(large, f.c(TAN_PI_8)));
        int turns = f.select(steep, f.c(2), f.c(0));
        int direction = f.select(steep, f.c(-1), f.c(1));
        return f.withSign(angle(f, small, large, over, turns, direction), x);
    }

    /**
     * turns * pi/4 + direction * atan(small / large), with the intermediate pi/4 where {@code
     * over}; {@code small <= large}, neither huge, direction 1 or -1.
     */
    private static int angle(Floats f, int small, int large, int over, int turns, int direction) {
        Floats.Pair difference = f.fastTwoSum(f.neg(large), small);
        Floats.Pair sum = f.fastTwoSum(large, small);
        int zero = f.c(0);
        Floats.Pair numerator = f.select(over, difference, new Floats.Pair(small, zero));
        Floats.Pair denominator = f.select(over, sum, new Floats.Pair(large, zero));
        Floats.Pair t = f.divide(numerator, denominator);
        int z = f.mul(t.hi(), t.hi());
        int p = f.poly(z, f.mul(z, z), ATAN);
        int tail = f.fma(f.mul(t.hi(), z), p, t.lo());
        int eighths = f.add(turns, f.select(over, direction, zero));
        Floats.Pair base = f.twoProduct(eighths, f.c(PI_4_HI));
        Floats.Pair head = f.fastTwoSum(base.hi(), f.mul(t.hi(), direction));
        int rest = f.fma(eighths, f.c(PI_4_LO), f.add(base.lo(), head.lo()));
        return f.add(head.hi(), f.fma(tail, direction, rest));
    }

    private static int atan2F64(Floats f, int y, int x) {
        int ay = f.abs(y);
        int ax = f.abs(x);
        int steep = f.gt(ay, ax);
        int small = f.select(steep, ax, ay);
        int large = f.select(steep, ay, ax);
        // keeps sums and quotients, and the remainders of tiny quotients, in range
        int scale = f.select(f.lt(large, f.c(0x1p500)), f.c(0x1p500), f.c(0x1p-100));
        int scaledLarge = f.mul(large, scale);
        int scaledSmall = f.mul(small, scale);
        int over = f.gt(scaledSmall, f.mul(scaledLarge, f.c(TAN_PI_8)));
        int bothInfinite = f.eq(small, f.infinity());
        int degenerate = f.or(f.eq(large, f.c(0)), f.eq(large, f.infinity()));
        over = f.or(bothInfinite, f.and(over, f.b.not(degenerate)));
        scaledLarge = f.select(degenerate, f.c(1), scaledLarge);
        scaledSmall = f.select(degenerate, f.select(bothInfinite, f.c(1), f.c(0)), scaledSmall);
        int left = FloatBits.signbit(f.b, x);
        int turns = f.select(steep, f.c(2), f.select(left, f.c(4), f.c(0)));
        int direction = f.select(f.b.xor(steep, left), f.c(-1), f.c(1));
        int result = f.withSign(angle(f, scaledSmall, scaledLarge, over, turns, direction), y);
        return f.select(f.or(f.ne(x, x), f.ne(y, y)), f.add(x, y), result);
    }
}
