package io.tharsis.engine.functions;

import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.ProgramBuilder;
import io.tharsis.kernels.math.FloatBits;
import io.tharsis.kernels.math.Rounding;

/**
 * Python's division with remainder for floats in kernels, with NumPy's results for zeros,
 * infinities and NaN: the remainder is the exact fmod moved to the divisor's sign, and the quotient
 * is {@code (x - remainder) / y} snapped to the nearest integer.
 */
final class FloatDivision {
    private FloatDivision() {}

    /** {@code x // y}; {@code x / y} if y is 0. */
    static int floorDivide(ProgramBuilder b, int x, int y) {
        int zero = b.constant(b.lane(x), 0);
        int one = b.constant(b.lane(x), 1);
        int rest = Rounding.fmod(b, x, y);
        int quotient = b.div(b.sub(x, rest), y);
        quotient = b.select(isToMove(b, rest, y), b.sub(quotient, one), quotient);
        int floor = Rounding.floor(b, quotient);
        int isAbove = b.compare(CompareOp.GT, b.sub(quotient, floor), b.constant(b.lane(x), 0.5));
        int snapped = b.select(isAbove, b.add(floor, one), floor);
        int ratio = b.div(x, y);
        int result =
                b.select(
                        b.compare(CompareOp.EQ, quotient, zero),
                        FloatBits.copysign(b, zero, ratio),
                        snapped);
        return b.select(b.compare(CompareOp.EQ, y, zero), ratio, result);
    }

    /** {@code x % y}; NaN if y is 0. */
    static int mod(ProgramBuilder b, int x, int y) {
        int zero = b.constant(b.lane(x), 0);
        int rest = Rounding.fmod(b, x, y);
        int moved = b.select(isToMove(b, rest, y), b.add(rest, y), rest);
        return b.select(b.compare(CompareOp.EQ, rest, zero), FloatBits.copysign(b, zero, y), moved);
    }

    // not zero and of the other sign
    private static int isToMove(ProgramBuilder b, int rest, int y) {
        int zero = b.constant(b.lane(rest), 0);
        int above = b.and(b.compare(CompareOp.GT, rest, zero), b.compare(CompareOp.LT, y, zero));
        return b.or(
                above,
                b.and(b.compare(CompareOp.LT, rest, zero), b.compare(CompareOp.GT, y, zero)));
    }
}
