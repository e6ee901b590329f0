package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.BinaryOp;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.ProgramBuilder;

/**
 * Integer arithmetic of one dtype in kernels. Results wrap; whatever is divided by zero gives 0, as
 * in NumPy.
 *
 * <p>Division of 8-, 16- and 32-bit integers goes through double precision: both arguments are
 * exact, and so is the truncated quotient, because a quotient that is no integer is at least
 * 2<sup>-32</sup> (relatively) away from one. Only 64-bit division has no vector form.
 */
final class Integers {
    private Integers() {}

    /** The wrapped result of a ring operation or a bitwise one. */
    static int binary(ProgramBuilder b, BinaryOp op, DType type, int x, int y) {
        return Casts.wrap(b, type, b.binary(op, x, y));
    }

    static int min(ProgramBuilder b, DType type, int x, int y) {
        return ordered(b, BinaryOp.MIN, type, x, y);
    }

    static int max(ProgramBuilder b, DType type, int x, int y) {
        return ordered(b, BinaryOp.MAX, type, x, y);
    }

    private static int ordered(ProgramBuilder b, BinaryOp op, DType type, int x, int y) {
        return type == DType.UINT64
                ? flipSign(b, b.binary(op, flipSign(b, x), flipSign(b, y)))
                : b.binary(op, x, y);
    }

    /** Maps the order of unsigned 64-bit numbers to that of signed ones, and back. */
    static int flipSign(ProgramBuilder b, int x) {
        return b.xor(x, b.constant(Long.MIN_VALUE));
    }

    /** Quotient rounded to minus infinity. */
    static int floorDivide(ProgramBuilder b, DType type, int x, int y) {
        return switch (type) {
            case INT64 -> b.binary(BinaryOp.FLOOR_DIV, x, y);
            case UINT64 -> b.binary(BinaryOp.UDIV, x, y);
            default -> {
                int quotient = truncatedQuotient(b, type, x, y);
                int rest = b.sub(x, b.mul(quotient, y));
                int floored =
                        type.isUnsigned()
                                ? quotient
                                : b.select(
                                        signsDiffer(b, rest, y),
                                        b.sub(quotient, one(b, y)),
                                        quotient);
                yield Casts.wrap(b, type, zeroUnless(b, y, floored));
            }
        };
    }

    /** Remainder with the divisor's sign. */
    static int mod(ProgramBuilder b, DType type, int x, int y) {
        return switch (type) {
            case INT64 -> b.binary(BinaryOp.FLOOR_MOD, x, y);
            case UINT64 -> b.binary(BinaryOp.UREM, x, y);
            default -> {
                int rest = b.sub(x, b.mul(truncatedQuotient(b, type, x, y), y));
                int moved =
                        type.isUnsigned()
                                ? rest
                                : b.select(signsDiffer(b, rest, y), b.add(rest, y), rest);
                yield zeroUnless(b, y, moved);
            }
        };
    }

    /** Remainder with the dividend's sign. */
    static int fmod(ProgramBuilder b, DType type, int x, int y) {
        return switch (type) {
            case INT64 -> b.binary(BinaryOp.REM, x, y);
            case UINT64 -> b.binary(BinaryOp.UREM, x, y);
            default -> zeroUnless(b, y, b.sub(x, b.mul(truncatedQuotient(b, type, x, y), y)));
        };
    }

    private static int truncatedQuotient(ProgramBuilder b, DType type, int x, int y) {
        int quotient = b.convert(b.div(b.convert(x, Lane.F64), b.convert(y, Lane.F64)), b.lane(x));
        if (type != DType.INT32) {
            return quotient;
        }
        // -2^31 / -1 would saturate where it has to wrap
        return b.select(b.compare(CompareOp.EQ, y, b.constant(-1)), b.neg(x), quotient);
    }

    // 0 rest has no sign to differ
    private static int signsDiffer(ProgramBuilder b, int rest, int y) {
        int zero = b.constant(b.lane(rest), 0);
        return b.and(
                b.compare(CompareOp.NE, rest, zero), b.compare(CompareOp.LT, b.xor(rest, y), zero));
    }

    private static int zeroUnless(ProgramBuilder b, int y, int value) {
        int zero = b.constant(b.lane(y), 0);
        return b.select(b.compare(CompareOp.EQ, y, zero), zero, value);
    }

    private static int one(ProgramBuilder b, int like) {
        return b.constant(b.lane(like), 1);
    }

    /**
     * Power by squaring; a negative exponent of a signed base gives 0 unless the base is 1 or -1.
     */
    static int power(ProgramBuilder b, DType type, int x, int y) {
        if (type == DType.UINT64) {
            // powers of odd numbers repeat with a period of 2^62, those of even ones end in 0 at 64
            int reduced = b.or(b.and(y, b.constant((1L << 62) - 1)), b.constant(1L << 62));
            y = b.select(b.compare(CompareOp.LT, y, b.constant(0L)), reduced, y);
        }
        return Casts.wrap(b, type, b.binary(BinaryOp.IPOW, x, y));
    }

    /**
     * As C's {@code (T) (1.0 / x)} on x86-64, which is NumPy's: 1/0 is the minimum of int32 and
     * int64 and 0 of the others.
     */
    static int reciprocal(ProgramBuilder b, DType type, int x) {
        int zero = b.constant(b.lane(x), 0);
        int one = one(b, x);
        int ofZero =
                switch (type) {
                    case INT32 -> b.constant(Integer.MIN_VALUE);
                    case INT64 -> b.constant(Long.MIN_VALUE);
                    default -> zero;
                };
        int minusOne = b.constant(b.lane(x), -1);
        int isUnit = b.compare(CompareOp.EQ, x, one);
        if (!type.isUnsigned()) {
            isUnit = b.or(isUnit, b.compare(CompareOp.EQ, x, minusOne));
        }
        return b.select(b.compare(CompareOp.EQ, x, zero), ofZero, b.select(isUnit, x, zero));
    }

    /** 1, 0 or -1. */
    static int sign(ProgramBuilder b, DType type, int x) {
        int zero = b.constant(b.lane(x), 0);
        int one = one(b, x);
        if (type.isUnsigned()) {
            return b.select(b.compare(CompareOp.EQ, x, zero), zero, one);
        }
        return b.binary(BinaryOp.MAX, b.binary(BinaryOp.MIN, x, one), b.neg(one));
    }

    /** {@code x << y}; 0 if y is negative or not less than the dtype's width. */
    static int shiftLeft(ProgramBuilder b, DType type, int x, int y) {
        int shifted = b.binary(BinaryOp.SHL, x, y);
        return Casts.wrap(
                b, type, b.select(isDistance(b, type, y), shifted, b.constant(b.lane(x), 0)));
    }

    /** {@code x >> y}; the sign (0 or -1) if y is negative or not less than the dtype's width. */
    static int shiftRight(ProgramBuilder b, DType type, int x, int y) {
        int zero = b.constant(b.lane(x), 0);
        int shifted = b.binary(type.isUnsigned() ? BinaryOp.USHR : BinaryOp.SHR, x, y);
        int beyond = type.isUnsigned() ? zero : b.shr(x, 8 * b.lane(x).byteSize() - 1);
        return b.select(isDistance(b, type, y), shifted, beyond);
    }

    private static int isDistance(ProgramBuilder b, DType type, int y) {
        int width = b.constant(b.lane(y), 8 * type.byteSize());
        int notNegative = b.compare(CompareOp.GE, y, b.constant(b.lane(y), 0));
        return b.and(notNegative, b.compare(CompareOp.LT, y, width));
    }
}
