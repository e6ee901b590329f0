package io.tharsis.kernels.math;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.ProgramBuilder;

import java.util.function.BiFunction;

/**
 * sinh, cosh, tanh and their inverses. F32 is computed in F64, the first three by {@link Singles}.
 *
 * <p>With |x| = n ln 2 + r, a = 2^(n-1), b = 2^(-n-1): sinh = (a - b) cosh r + (a + b) sinh r and
 * cosh = (a + b) cosh r + (a - b) sinh r, by two minimax polynomials, without a case for small
 * arguments. The inverses are logarithms of pairs.
 */
public final class Hyperbolics {
    /** sinh r = r + r^3 p(r^2), |r| <= ln(2) / 2; {@code sinh} of minimax.py. */
    private static final double[] SINH = {
        0.16666666666666674,
        0.008333333333322127,
        0.00019841269886836392,
        2.755724205934043e-06,
        2.5110154340460907e-08
    };

    /** cosh r = 1 + r^2 / 2 + r^4 p(r^2); {@code cosh}. */
    private static final double[] COSH = {
        0.04166666666666667,
        0.0013888888888880886,
        2.480158733412832e-05,
        2.755726411628982e-07,
        2.0918212752507188e-09
    };

    private Hyperbolics() {}

    public static int sinh(ProgramBuilder b, int x) {
        if (b.lane(x) == Lane.F32) {
            return Singles.sinh(b, x);
        }
        return ofF64(
                b,
                x,
                (f, t) -> {
                    int magnitude = f.mul(f.round(Terms.of(f, bounded(f, t, 711)).sinh(f)), f.c(4));
                    return oddSmall(f, t, f.withSign(magnitude, t));
                });
    }

    public static int cosh(ProgramBuilder b, int x) {
        if (b.lane(x) == Lane.F32) {
            return Singles.cosh(b, x);
        }
        return ofF64(
                b, x, (f, t) -> f.mul(f.round(Terms.of(f, bounded(f, t, 711)).cosh(f)), f.c(4)));
    }

    public static int tanh(ProgramBuilder b, int x) {
        if (b.lane(x) == Lane.F32) {
            return Singles.tanh(b, x);
        }
        return ofF64(
                b,
                x,
                (f, t) -> {
                    Terms terms = Terms.of(f, bounded(f, t, 22));
                    return oddSmall(
                            f, t, f.withSign(f.round(f.divide(terms.sinh(f), terms.cosh(f))), t));
                });
    }

    /** log(x + sqrt(x^2 + 1)). */
    public static int asinh(ProgramBuilder b, int x) {
        return ofF64(
                b,
                x,
                (f, t) -> {
                    int magnitude = f.abs(t);
                    Floats.Pair square = f.twoProduct(magnitude, magnitude);
                    Floats.Pair sum = f.twoSum(square.hi(), f.c(1));
                    Floats.Pair log =
                            logOfSum(
                                    f,
                                    magnitude,
                                    root(
                                            f,
                                            new Floats.Pair(
                                                    sum.hi(), f.add(sum.lo(), square.lo()))));
                    int result = f.select(f.lt(magnitude, f.infinity()), f.round(log), magnitude);
                    return oddSmall(f, t, f.withSign(result, t));
                });
    }

    /** log(x + sqrt(x^2 - 1)); NaN below 1. */
    public static int acosh(ProgramBuilder b, int x) {
        return ofF64(
                b,
                x,
                (f, t) -> {
                    Floats.Pair square = f.twoProduct(t, t);
                    Floats.Pair difference = f.twoSum(square.hi(), f.c(-1));
                    Floats.Pair exact =
                            f.fastTwoSum(difference.hi(), f.add(difference.lo(), square.lo()));
                    Floats.Pair log = logOfSum(f, t, root(f, exact));
                    int result = f.select(f.lt(t, f.infinity()), f.round(log), t);
                    return f.select(
                            f.gt(t, f.c(1)), result, f.select(f.eq(t, f.c(1)), f.c(0), f.nan()));
                });
    }

    /** log((1 + x) / (1 - x)) / 2; infinite at 1 and -1, NaN beyond. */
    public static int atanh(ProgramBuilder b, int x) {
        return ofF64(
                b,
                x,
                (f, t) -> {
                    int magnitude = f.abs(t);
                    Floats.Pair ratio =
                            f.divide(
                                    f.fastTwoSum(f.c(1), magnitude),
                                    f.fastTwoSum(f.c(1), f.neg(magnitude)));
                    Floats.Pair log =
                            Logarithms.ofPair(f, f.fastTwoSum(ratio.hi(), ratio.lo()), f.c(0));
                    int inside = f.mul(f.round(log), f.c(0.5));
                    int outside = f.select(f.eq(magnitude, f.c(1)), f.infinity(), f.nan());
                    return oddSmall(
                            f,
                            t,
                            f.withSign(f.select(f.lt(magnitude, f.c(1)), inside, outside), t));
                });
    }

    private static int ofF64(
            ProgramBuilder b, int x, BiFunction<Floats, Integer, Integer> function) {
        return Floats.inF64(b, x, wide -> function.apply(Floats.of(b, wide), wide));
    }

    /** f(x) = x to the last bit for odd functions of slope 1 this close to 0. */
    private static int oddSmall(Floats f, int x, int otherwise) {
        return f.select(f.lt(f.abs(x), f.c(0x1p-28)), x, otherwise);
    }

    /** |x|, at most {@code limit}. */
    private static int bounded(Floats f, int x, double limit) {
        int magnitude = f.abs(x);
        return f.select(f.gt(magnitude, f.c(limit)), f.c(limit), magnitude);
    }

    private static Floats.Pair root(Floats f, Floats.Pair square) {
        int hi = f.sqrt(square.hi());
        int rest = f.add(f.fma(f.neg(hi), hi, square.hi()), square.lo());
        // the tiny addend only keeps 0 / 0 away
        return new Floats.Pair(hi, f.div(rest, f.add(f.add(hi, hi), f.c(Double.MIN_NORMAL))));
    }

    /** log(x + root), where the root is x itself for large x. */
    private static Floats.Pair logOfSum(Floats f, int x, Floats.Pair root) {
        Floats.Pair sum = f.twoSum(root.hi(), x);
        Floats.Pair exact = f.fastTwoSum(sum.hi(), f.add(sum.lo(), root.lo()));
        int large = f.gt(x, f.c(0x1p30));
        return Logarithms.ofPair(
                f,
                f.select(large, new Floats.Pair(x, f.c(0)), exact),
                f.select(large, f.c(1), f.c(0)));
    }

    /** A quarter of a + b and of a - b; r; cosh r - 1; sinh r - r. */
    private record Terms(
            Floats.Pair sum, Floats.Pair difference, int r, int coshTail, int sinhTail) {
        static Terms of(Floats f, int magnitude) {
            Exponentials.Power n = Exponentials.Power.nearest(f, magnitude, Exponentials.LOG2_E);
            Floats.Pair r = Exponentials.reduce(f, n.exponent(), magnitude);
            // biased is n + 2046, and 2^1024 / 4 still has a float
            int a = f.fromBits(f.b.shl(f.b.sub(n.biased(), f.i(1026)), 52));
            int small = f.fromBits(f.b.shl(f.b.sub(f.i(3066), n.biased()), 52));
            int b = f.select(f.gt(n.exponent(), f.c(30)), f.c(0), small);
            int z = f.mul(r.hi(), r.hi());
            int cosh =
                    f.fma(
                            f.mul(z, z),
                            f.horner(z, COSH),
                            f.fma(r.hi(), r.lo(), f.mul(z, f.c(0.5))));
            int sinh = f.fma(f.mul(r.hi(), z), f.horner(z, SINH), r.lo());
            return new Terms(f.fastTwoSum(a, b), f.fastTwoSum(a, f.neg(b)), r.hi(), cosh, sinh);
        }

        Floats.Pair sinh(Floats f) {
            return combine(f, difference, sum);
        }

        Floats.Pair cosh(Floats f) {
            return combine(f, sum, difference);
        }

        /** c cosh r + s sinh r. */
        private Floats.Pair combine(Floats f, Floats.Pair c, Floats.Pair s) {
            Floats.Pair product = f.twoProduct(s.hi(), r);
            Floats.Pair head = f.fastTwoSum(c.hi(), product.hi());
            int low = f.add(f.add(head.lo(), product.lo()), f.fma(s.lo(), r, c.lo()));
            int rest = f.fma(s.hi(), sinhTail, f.fma(c.hi(), coshTail, low));
            return f.fastTwoSum(head.hi(), rest);
        }
    }
}
