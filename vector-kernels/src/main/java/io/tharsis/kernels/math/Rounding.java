package io.tharsis.kernels.math;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.ProgramBuilder;

/**
 * Rounding to integers and the exact remainder. All are exact, keep the sign of zero, and leave
 * infinities (not fmod) and NaN be.
 *
 * <p>Adding 2^52 (F32: 2^23) to a smaller magnitude rounds it to an integer, ties to even.
 */
public final class Rounding {
    private Rounding() {}

    /** The nearest integer, ties to even. */
    public static int rint(ProgramBuilder b, int x) {
        Floats f = Floats.of(b, x);
        return keepWhole(f, x, nearest(f, f.abs(x)));
    }

    /** The largest integer not above {@code x}. */
    public static int floor(ProgramBuilder b, int x) {
        Floats f = Floats.of(b, x);
        int near = f.withSign(nearest(f, f.abs(x)), x);
        int lowered = f.select(f.gt(near, x), f.sub(near, f.c(1)), near);
        return keepWhole(f, x, f.abs(lowered));
    }

    /** The smallest integer not below {@code x}. */
    public static int ceil(ProgramBuilder b, int x) {
        Floats f = Floats.of(b, x);
        int near = f.withSign(nearest(f, f.abs(x)), x);
        int raised = f.select(f.lt(near, x), f.add(near, f.c(1)), near);
        return keepWhole(f, x, f.abs(raised));
    }

    /** The integer part. */
    public static int trunc(ProgramBuilder b, int x) {
        Floats f = Floats.of(b, x);
        return keepWhole(f, x, truncated(f, f.abs(x)));
    }

    /**
     * x - y * trunc(x / y), exact, with the sign of {@code x}; NaN for infinite {@code x} or zero
     * {@code y}. Quotients of 2^53 and more take the rare path.
     *
     * <p>The rounded quotient's integer part is right or one too large, and either way the fused x
     * - q y is a float.
     */
    public static int fmod(ProgramBuilder b, int x, int y) {
        if (b.lane(x) == Lane.F32) {
            int wide = fmod(b, b.convert(x, Lane.F64), b.convert(y, Lane.F64));
            return b.convert(wide, Lane.F32);
        }
        Floats f = Floats.of(b, x);
        int dividend = f.abs(x);
        int divisor = f.abs(y);
        int quotient = f.div(dividend, divisor);
        int rest = f.fma(f.neg(truncated(f, quotient)), divisor, dividend);
        rest = f.select(f.lt(rest, f.c(0)), f.add(rest, divisor), rest);
        // covers an infinite divisor
        rest = f.select(f.lt(dividend, divisor), dividend, rest);
        int fast = f.withSign(rest, x);
        int rare =
                f.and(
                        f.ge(quotient, f.c(0x1p53)),
                        f.and(f.lt(dividend, f.infinity()), f.gt(divisor, f.c(0))));
        return b.rare(fast, rare, x, y, LargeArguments.FMOD);
    }

    /** For x >= 0 below 2^52: the nearest integer. */
    private static int nearest(Floats f, int x) {
        int shift = f.c(f.isDouble() ? 0x1p52 : 0x1p23);
        return f.sub(f.add(x, shift), shift);
    }

    /** For x >= 0 below 2^53: the integer part. */
    private static int truncated(Floats f, int x) {
        int near = nearest(f, x);
        int lowered = f.select(f.gt(near, x), f.sub(near, f.c(1)), near);
        return f.select(f.lt(x, f.c(f.isDouble() ? 0x1p52 : 0x1p23)), lowered, x);
    }

    private static int keepWhole(Floats f, int x, int magnitude) {
        int fractional = f.lt(f.abs(x), f.c(f.isDouble() ? 0x1p52 : 0x1p23));
        return f.select(fractional, f.withSign(magnitude, x), x);
    }
}
