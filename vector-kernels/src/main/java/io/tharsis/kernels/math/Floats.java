package io.tharsis.kernels.math;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.ProgramBuilder;

import java.util.function.IntUnaryOperator;

/**
 * A {@link ProgramBuilder} seen from one float lane: short names for what every function of this
 * package is written in, and the error-free transformations (Dekker 1971, Knuth; Muller et al.,
 * Handbook of Floating-Point Arithmetic, chapter 4).
 */
final class Floats {
    /** An unevaluated sum of two nodes, hi the nearest float of the sum. */
    record Pair(int hi, int lo) {}

    final ProgramBuilder b;
    final Lane lane;
    private final Lane intLane;

    private Floats(ProgramBuilder b, Lane lane) {
        if (!lane.isFloat()) {
            throw new IllegalArgumentException(
                    "a function of floats got " + lane + "; convert to F32 or F64 first");
        }
        this.b = b;
        this.lane = lane;
        this.intLane = lane == Lane.F64 ? Lane.I64 : Lane.I32;
    }

    /** For the lane of {@code x}. */
    static Floats of(ProgramBuilder b, int x) {
        return new Floats(b, b.lane(x));
    }

    static Floats f64(ProgramBuilder b) {
        return new Floats(b, Lane.F64);
    }

    /** Computes in F64 whatever the lane of {@code x}, rounding once more at the end for F32. */
    static int inF64(ProgramBuilder b, int x, IntUnaryOperator function) {
        return b.lane(x) == Lane.F32
                ? b.convert(function.applyAsInt(b.convert(x, Lane.F64)), Lane.F32)
                : function.applyAsInt(x);
    }

    boolean isDouble() {
        return lane == Lane.F64;
    }

    int c(double value) {
        return b.constant(lane, value);
    }

    int i(long value) {
        return intLane == Lane.I64 ? b.constant(value) : b.constant((int) value);
    }

    int nan() {
        return c(Double.NaN);
    }

    int infinity() {
        return c(Double.POSITIVE_INFINITY);
    }

    int add(int x, int y) {
        return b.add(x, y);
    }

    int sub(int x, int y) {
        return b.sub(x, y);
    }

    int mul(int x, int y) {
        return b.mul(x, y);
    }

    int div(int x, int y) {
        return b.div(x, y);
    }

    int fma(int x, int y, int z) {
        return b.fma(x, y, z);
    }

    int neg(int x) {
        return b.neg(x);
    }

    int abs(int x) {
        return b.abs(x);
    }

    int sqrt(int x) {
        return b.sqrt(x);
    }

    int and(int x, int y) {
        return b.and(x, y);
    }

    int or(int x, int y) {
        return b.or(x, y);
    }

    int lt(int x, int y) {
        return b.compare(CompareOp.LT, x, y);
    }

    int le(int x, int y) {
        return b.compare(CompareOp.LE, x, y);
    }

    int gt(int x, int y) {
        return b.compare(CompareOp.GT, x, y);
    }

    int ge(int x, int y) {
        return b.compare(CompareOp.GE, x, y);
    }

    int eq(int x, int y) {
        return b.compare(CompareOp.EQ, x, y);
    }

    int ne(int x, int y) {
        return b.compare(CompareOp.NE, x, y);
    }

    int select(int mask, int x, int y) {
        return b.select(mask, x, y);
    }

    int bits(int x) {
        return b.reinterpret(x, intLane);
    }

    int fromBits(int x) {
        return b.reinterpret(x, lane);
    }

    /** Mantissa bits without the implicit one: 52 or 23. */
    int mantissaBits() {
        return isDouble() ? 52 : 23;
    }

    /**
     * 1.5 * 2^52 or 2^23: adding it rounds to an integer, which the sum's low bits then hold in
     * two's complement.
     */
    double magic() {
        return isDouble() ? 0x1.8p52 : 0x1.8p23;
    }

    int signBit() {
        return i(isDouble() ? Long.MIN_VALUE : Integer.MIN_VALUE);
    }

    /** Only the sign bit of {@code x}, as an integer. */
    int signOf(int x) {
        return and(bits(x), signBit());
    }

    /**
     * {@code x} with its sign flipped where the integer {@code sign} has the sign bit set; no other
     * bit of it may be set.
     */
    int flip(int x, int sign) {
        return fromBits(b.xor(bits(x), sign));
    }

    /** {@code magnitude >= 0} (or NaN) with the sign of {@code sign}. */
    int withSign(int magnitude, int sign) {
        return fromBits(or(bits(magnitude), signOf(sign)));
    }

    /**
     * Finite values of magnitude above {@code limit}: the guard of a function whose reduction ends
     * there.
     */
    int finiteBeyond(int x, double limit) {
        int magnitude = abs(x);
        return and(gt(magnitude, c(limit)), lt(magnitude, infinity()));
    }

    /** Polynomial, lowest coefficient first, by Horner's rule. */
    int horner(int x, double... coefficients) {
        int p = c(coefficients[coefficients.length - 1]);
        for (int k = coefficients.length - 2; k >= 0; k--) {
            p = fma(p, x, c(coefficients[k]));
        }
        return p;
    }

    /**
     * Polynomial, lowest coefficient first, as even(x * x) + x * odd(x * x): half the latency for
     * one more operation.
     */
    int poly(int x, int xSquared, double... coefficients) {
        return fma(part(xSquared, 1, coefficients), x, part(xSquared, 0, coefficients));
    }

    private int part(int xSquared, int first, double[] coefficients) {
        int last = coefficients.length - 1;
        last -= (last - first) & 1;
        int p = c(coefficients[last]);
        for (int k = last - 2; k >= first; k -= 2) {
            p = fma(p, xSquared, c(coefficients[k]));
        }
        return p;
    }

    /** Exact x + y, for |x| >= |y| or x = 0. */
    Pair fastTwoSum(int x, int y) {
        int sum = add(x, y);
        return new Pair(sum, sub(y, sub(sum, x)));
    }

    /** Exact x + y. */
    Pair twoSum(int x, int y) {
        int sum = add(x, y);
        int yRounded = sub(sum, x);
        int xRounded = sub(sum, yRounded);
        return new Pair(sum, add(sub(x, xRounded), sub(y, yRounded)));
    }

    /** Exact x * y unless it underflows. */
    Pair twoProduct(int x, int y) {
        int product = mul(x, y);
        return new Pair(product, fma(x, y, neg(product)));
    }

    /** Quotient of pairs to about twice the precision; arguments of moderate size. */
    Pair divide(Pair n, Pair d) {
        int y = div(c(1), d.hi());
        int q = mul(n.hi(), y);
        int minusQ = neg(q);
        int rest = add(fma(minusQ, d.hi(), n.hi()), fma(minusQ, d.lo(), n.lo()));
        return new Pair(q, mul(rest, y));
    }

    /** The nearest float of the pair. */
    int round(Pair p) {
        return add(p.hi(), p.lo());
    }

    Pair select(int mask, Pair x, Pair y) {
        return new Pair(select(mask, x.hi(), y.hi()), select(mask, x.lo(), y.lo()));
    }
}
