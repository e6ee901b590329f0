package io.tharsis.kernels.math;

import io.tharsis.kernels.ir.ProgramBuilder;

/** Functions of a float's sign, class and bits; exact. Tests answer masks. */
public final class FloatBits {
    private FloatBits() {}

    /** The magnitude of {@code x} with the sign of {@code y}; NaN keeps being NaN. */
    public static int copysign(ProgramBuilder b, int x, int y) {
        return Floats.of(b, x).withSign(b.abs(x), y);
    }

    /** True for negative numbers, -0.0 and NaN with the sign bit. */
    public static int signbit(ProgramBuilder b, int x) {
        Floats f = Floats.of(b, x);
        return f.lt(f.bits(x), f.i(0));
    }

    public static int isnan(ProgramBuilder b, int x) {
        return Floats.of(b, x).ne(x, x);
    }

    public static int isinf(ProgramBuilder b, int x) {
        Floats f = Floats.of(b, x);
        return f.eq(f.abs(x), f.infinity());
    }

    public static int isfinite(ProgramBuilder b, int x) {
        Floats f = Floats.of(b, x);
        return f.lt(f.abs(x), f.infinity());
    }

    /** The float after {@code x} towards {@code y}; {@code y} if they are equal, NaN if one is. */
    public static int nextafter(ProgramBuilder b, int x, int y) {
        Floats f = Floats.of(b, x);
        int outwards = b.xor(f.gt(y, x), f.lt(x, f.c(0)));
        int bits = f.bits(x);
        int stepped = f.fromBits(f.select(outwards, b.add(bits, f.i(1)), b.sub(bits, f.i(1))));
        int fromZero = f.withSign(f.fromBits(f.i(1)), y);
        int result = f.select(f.eq(x, f.c(0)), fromZero, stepped);
        result = f.select(f.eq(x, y), y, result);
        return f.select(f.or(f.ne(x, x), f.ne(y, y)), f.add(x, y), result);
    }
}
