package io.tharsis.kernels.math;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.ProgramBuilder;

/**
 * pow, cbrt, hypot. F32 is computed in F64.
 *
 * <p>pow is e^(y log x) with the logarithm as a pair of about 66 bits. cbrt starts from a
 * polynomial for m^(-1/3), improves it by one step of third order and ends with a fused Newton step
 * (Muller, chapter 5). hypot corrects the root by its fused residual (Borges, "An improved
 * algorithm for hypot(a, b)", 2019).
 */
public final class Powers {
    /** m^(-1/3) on [1, 2]; {@code cbrt} of minimax.py. */
    private static final double[] INVERSE_CBRT = {
        1.7810582114257787,
        -1.5660305841539253,
        1.2437881609508656,
        -0.597874572572207,
        0.15607214179061937,
        -0.017019106627052083
    };

    private static final double INVERSE_CBRT_2 = 0.7937005259840998;
    private static final double INVERSE_CBRT_4 = 0.6299605249474366;

    private Powers() {}

    /**
     * x^y with the special values of C99: x^0 and 1^y are 1 even for NaN; NaN for negative x unless
     * y is an integer.
     */
    public static int pow(ProgramBuilder b, int x, int y) {
        if (b.lane(x) == Lane.F32) {
            Floats f = Floats.f64(b);
            int wideX = b.convert(x, Lane.F64);
            int wideY = b.convert(y, Lane.F64);
            int product = f.mul(wideY, Logarithms.log(b, f.abs(wideX)));
            int bounded =
                    f.select(
                            f.gt(product, f.c(200)),
                            f.c(200),
                            f.select(f.lt(product, f.c(-200)), f.c(-200), product));
            return b.convert(
                    withSpecialCases(f, wideX, wideY, Exponentials.exp(b, bounded)), Lane.F32);
        }
        Floats f = Floats.of(b, x);
        int magnitude = f.abs(x);
        Logarithms.Decomposed d = Logarithms.Decomposed.of(f, magnitude);
        Floats.Pair log = Logarithms.ofMantissaPrecise(f, d.exponent(), d.minusOne(f));
        int logHi = f.select(f.eq(magnitude, f.c(0)), f.c(Double.NEGATIVE_INFINITY), log.hi());
        logHi = f.select(f.eq(magnitude, f.infinity()), magnitude, logHi);
        Floats.Pair product = f.twoProduct(y, logHi);
        int productLo = f.fma(y, log.lo(), product.lo());
        int power = Exponentials.rounded(f, product.hi(), productLo);
        power = f.select(f.gt(product.hi(), f.c(709.79)), f.infinity(), power);
        power = f.select(f.lt(product.hi(), f.c(-746)), f.c(0), power);
        return withSpecialCases(f, x, y, power);
    }

    private static int withSpecialCases(Floats f, int x, int y, int power) {
        int one = f.c(1);
        int exponent = f.abs(y);
        int whole = f.or(isWhole(f, exponent), f.ge(exponent, f.c(0x1p52)));
        int half = f.mul(exponent, f.c(0.5));
        int odd = f.and(f.and(whole, f.b.not(isWhole(f, half))), f.lt(exponent, f.c(0x1p53)));
        int ordered = f.eq(y, y);
        int result = f.select(f.and(f.eq(f.abs(x), one), ordered), one, power);
        result = f.flip(result, f.select(odd, f.signOf(x), f.i(0)));
        int complex =
                f.and(
                        f.and(f.lt(x, f.c(0)), f.gt(x, f.c(Double.NEGATIVE_INFINITY))),
                        f.b.not(whole));
        result = f.select(f.or(complex, f.or(f.ne(x, x), f.b.not(ordered))), f.nan(), result);
        return f.select(f.or(f.eq(y, f.c(0)), f.eq(x, one)), one, result);
    }

    /** For magnitudes below 2^52. */
    private static int isWhole(Floats f, int magnitude) {
        int shift = f.c(0x1p52);
        return f.eq(f.sub(f.add(magnitude, shift), shift), magnitude);
    }

    /** The real cube root. */
    public static int cbrt(ProgramBuilder b, int x) {
        return Floats.inF64(b, x, wide -> cbrtF64(Floats.of(b, wide), wide));
    }

    private static int cbrtF64(Floats f, int x) {
        ProgramBuilder b = f.b;
        int magnitude = f.abs(x);
        int tiny = f.lt(magnitude, f.c(Double.MIN_NORMAL));
        int normal = f.bits(f.select(tiny, f.mul(magnitude, f.c(0x1p54)), magnitude));
        int field = b.ushr(normal, 52);
        // third = floor(field / 3), field - 3 * third in {0, 1, 2}; 2^52 + field - 1 from bits
        int fieldMinusOne =
                f.sub(f.fromBits(f.or(field, f.i(0x4330000000000000L))), f.c(0x1p52 + 1));
        int third = f.bits(f.fma(fieldMinusOne, f.c(1.0 / 3), f.c(0x1.8p52)));
        int rest = b.sub(field, b.add(third, b.shl(third, 1)));
        int fraction = f.and(normal, f.i((1L << 52) - 1));
        int mantissa = f.fromBits(f.or(fraction, f.i(0x3ff0000000000000L)));
        int radicand = f.fromBits(f.or(fraction, b.shl(b.add(rest, f.i(1023)), 52)));
        int start = f.poly(mantissa, f.mul(mantissa, mantissa), INVERSE_CBRT);
        int step =
                f.select(
                        f.lt(radicand, f.c(2)),
                        f.c(1),
                        f.select(f.lt(radicand, f.c(4)), f.c(INVERSE_CBRT_2), f.c(INVERSE_CBRT_4)));
        int r = f.mul(start, step);
        // r (1 - e)^(-1/3) with e = 1 - a r^3
        int e = f.fma(f.mul(f.neg(radicand), r), f.mul(r, r), f.c(1));
        r = f.fma(f.mul(r, e), f.fma(e, f.c(2.0 / 9), f.c(1.0 / 3)), r);
        int rr = f.mul(r, r);
        int root = f.mul(radicand, rr);
        Floats.Pair square = f.twoProduct(root, root);
        int residual = f.fma(square.lo(), root, f.fma(square.hi(), root, f.neg(radicand)));
        root = f.fma(residual, f.mul(rr, f.c(-1.0 / 3)), root);
        int exponent = b.add(third, f.select(tiny, f.i(682 - 18), f.i(682)));
        int scaled = f.withSign(f.mul(root, f.fromBits(b.shl(exponent, 52))), x);
        int regular = f.and(f.gt(magnitude, f.c(0)), f.lt(magnitude, f.infinity()));
        return f.select(regular, scaled, x);
    }

    /** sqrt(x^2 + y^2) without undue overflow; infinite if either is, even beside NaN. */
    public static int hypot(ProgramBuilder b, int x, int y) {
        if (b.lane(x) == Lane.F32) {
            Floats f = Floats.of(b, x);
            int wideX = b.convert(x, Lane.F64);
            int wideY = b.convert(y, Lane.F64);
            int root = b.sqrt(b.fma(wideX, wideX, b.mul(wideY, wideY)));
            return infiniteIfEither(f, x, y, b.convert(root, Lane.F32));
        }
        Floats f = Floats.of(b, x);
        int ax = f.abs(x);
        int ay = f.abs(y);
        int descending = f.gt(ax, ay);
        int large = f.select(descending, ax, ay);
        int small = f.select(descending, ay, ax);
        int huge = f.gt(large, f.c(0x1p500));
        int tiny = f.lt(large, f.c(0x1p-450));
        int down = f.select(huge, f.c(0x1p-600), f.select(tiny, f.c(0x1p600), f.c(1)));
        int up = f.select(huge, f.c(0x1p600), f.select(tiny, f.c(0x1p-600), f.c(1)));
        int a = f.mul(large, down);
        int c = f.mul(small, down);
        int aa = f.mul(a, a);
        int root = f.sqrt(f.fma(c, c, aa));
        int square = f.mul(root, root);
        int squareLo = f.fma(root, root, f.neg(square));
        int aaLo = f.fma(a, a, f.neg(aa));
        int excess = f.add(f.fma(f.neg(c), c, f.sub(square, aa)), f.sub(squareLo, aaLo));
        // the tiny addend only keeps 0 / 0 away
        int correction = f.div(excess, f.add(f.add(root, root), f.c(Double.MIN_NORMAL)));
        return infiniteIfEither(f, x, y, f.mul(f.sub(root, correction), up));
    }

    private static int infiniteIfEither(Floats f, int x, int y, int otherwise) {
        int infinite = f.or(f.eq(f.abs(x), f.infinity()), f.eq(f.abs(y), f.infinity()));
        return f.select(infinite, f.infinity(), otherwise);
    }
}
