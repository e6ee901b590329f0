package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.engine.graph.ElementFunction;
import io.tharsis.kernels.ir.Ops.BinaryOp;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.ProgramBuilder;
import io.tharsis.kernels.math.FloatBits;

/**
 * Element-wise functions that are a few instructions: casts, arithmetic, comparisons, bits,
 * choices. {@link MathOp} has the ones that are algorithms.
 *
 * <p>Arguments have one dtype, the dtype of the computation, except where a constant says
 * otherwise; {@link Elementwise} inserts the casts.
 */
public enum ElementOp implements ElementFunction {
    /** To the dtype of the result; see {@link Casts}. */
    CAST,

    ADD((b, t, x, y) -> ring(b, BinaryOp.ADD, t, x, y)),
    SUBTRACT((b, t, x, y) -> ring(b, BinaryOp.SUB, t, x, y)),
    MULTIPLY((b, t, x, y) -> ring(b, BinaryOp.MUL, t, x, y)),
    /** Floats only. */
    DIVIDE((b, _, x, y) -> b.div(x, y)),
    NEGATIVE((b, t, x) -> Casts.wrap(b, t, b.neg(x))),
    ABS((b, t, x) -> t.isUnsigned() || t == DType.BOOL ? x : Casts.wrap(b, t, b.abs(x))),
    SIGN(ElementOp::sign),
    SQUARE((b, t, x) -> ring(b, BinaryOp.MUL, t, x, x)),
    /** Floats only. */
    SQRT((b, _, x) -> b.sqrt(x)),
    /**
     * The power 1/2 of floats, which is the square root but for -0.0 (0.0) and minus infinity
     * (infinity).
     */
    POWER_HALF(ElementOp::powerHalf),
    RECIPROCAL(
            (b, t, x) ->
                    t.isFloat()
                            ? b.div(b.constant(b.lane(x), 1), x)
                            : Integers.reciprocal(b, t, x)),
    /** NaN if either is NaN. */
    MAXIMUM(ElementOp::maximum),
    MINIMUM(ElementOp::minimum),
    /** The other one if one is NaN. */
    FMAX((b, t, x, y) -> ignoringNan(b, x, y, maximum(b, t, x, y))),
    FMIN((b, t, x, y) -> ignoringNan(b, x, y, minimum(b, t, x, y))),

    /** Comparisons also take a uint64 and a signed 64-bit integer. */
    EQUAL(CompareOp.EQ),
    NOT_EQUAL(CompareOp.NE),
    LESS(CompareOp.LT),
    LESS_EQUAL(CompareOp.LE),
    GREATER(CompareOp.GT),
    GREATER_EQUAL(CompareOp.GE),

    /** Of bools logical, of integers bitwise. */
    AND((b, _, x, y) -> b.and(x, y)),
    OR((b, _, x, y) -> b.or(x, y)),
    XOR((b, _, x, y) -> b.xor(x, y)),
    NOT((b, t, x) -> Casts.wrap(b, t, b.not(x))),
    /** Integers only, as are all below to the next gap. */
    LEFT_SHIFT(Integers::shiftLeft),
    RIGHT_SHIFT(Integers::shiftRight),
    INTEGER_FLOOR_DIVIDE(Integers::floorDivide),
    INTEGER_MOD(Integers::mod),
    INTEGER_FMOD(Integers::fmod),
    INTEGER_POWER(Integers::power),

    /** Floats only, as are all below to the next gap. */
    ISNAN((b, _, x) -> FloatBits.isnan(b, x)),
    ISINF((b, _, x) -> FloatBits.isinf(b, x)),
    ISFINITE((b, _, x) -> FloatBits.isfinite(b, x)),
    // the sign of a NaN that a computation made depends on the machine and on what compiled the
    // loop, so it counts as positive
    /** False for any NaN. */
    SIGNBIT((b, _, x) -> b.and(FloatBits.signbit(b, x), b.compare(CompareOp.EQ, x, x))),
    /** A NaN has no sign to copy: the result is not negative. */
    COPYSIGN(
            (b, _, x, y) ->
                    FloatBits.copysign(b, x, b.select(b.compare(CompareOp.NE, y, y), b.abs(y), y))),

    /** (bool, T, T) to T. */
    WHERE((b, _, condition, x, y) -> b.select(condition, x, y));

    @FunctionalInterface
    private interface General {
        int lower(ProgramBuilder b, DType[] types, DType result, int[] args);
    }

    @FunctionalInterface
    private interface Unary {
        int lower(ProgramBuilder b, DType type, int x);
    }

    @FunctionalInterface
    private interface Binary {
        int lower(ProgramBuilder b, DType type, int x, int y);
    }

    @FunctionalInterface
    private interface Ternary {
        int lower(ProgramBuilder b, DType type, int x, int y, int z);
    }

    private final General lowering;

    ElementOp() {
        this.lowering = (b, types, result, args) -> Casts.lower(b, types[0], result, args[0]);
    }

    ElementOp(Unary lowering) {
        this.lowering = (b, types, _, args) -> lowering.lower(b, types[0], args[0]);
    }

    ElementOp(Binary lowering) {
        this.lowering = (b, types, _, args) -> lowering.lower(b, types[0], args[0], args[1]);
    }

    ElementOp(Ternary lowering) {
        this.lowering =
                (b, types, _, args) -> lowering.lower(b, types[0], args[0], args[1], args[2]);
    }

    ElementOp(CompareOp op) {
        this.lowering =
                (b, types, _, args) ->
                        Comparisons.lower(b, op, types[0], types[1], args[0], args[1]);
    }

    @Override
    public int lower(ProgramBuilder b, DType[] types, DType result, int[] args) {
        return lowering.lower(b, types, result, args);
    }

    private static int powerHalf(ProgramBuilder b, DType type, int x) {
        int infinity = b.constant(b.lane(x), Double.POSITIVE_INFINITY);
        int root = b.sqrt(b.add(x, b.constant(b.lane(x), 0)));
        return b.select(b.compare(CompareOp.EQ, x, b.neg(infinity)), infinity, root);
    }

    private static int ring(ProgramBuilder b, BinaryOp op, DType type, int x, int y) {
        if (type == DType.BOOL) {
            return op == BinaryOp.ADD ? b.or(x, y) : b.and(x, y);
        }
        return Integers.binary(b, op, type, x, y);
    }

    private static int maximum(ProgramBuilder b, DType type, int x, int y) {
        return type == DType.BOOL ? b.or(x, y) : Integers.max(b, type, x, y);
    }

    private static int minimum(ProgramBuilder b, DType type, int x, int y) {
        return type == DType.BOOL ? b.and(x, y) : Integers.min(b, type, x, y);
    }

    private static int ignoringNan(ProgramBuilder b, int x, int y, int otherwise) {
        if (!b.lane(x).isFloat()) {
            return otherwise;
        }
        int yIsNan = b.compare(CompareOp.NE, y, y);
        return b.select(b.compare(CompareOp.NE, x, x), y, b.select(yIsNan, x, otherwise));
    }

    private static int sign(ProgramBuilder b, DType type, int x) {
        if (!type.isFloat()) {
            return Integers.sign(b, type, x);
        }
        int zero = b.constant(b.lane(x), 0);
        int one = b.constant(b.lane(x), 1);
        int positive = b.compare(CompareOp.GT, x, zero);
        int signed =
                b.select(
                        positive,
                        one,
                        b.select(b.compare(CompareOp.LT, x, zero), b.neg(one), zero));
        return b.select(b.compare(CompareOp.NE, x, x), x, signed);
    }
}
