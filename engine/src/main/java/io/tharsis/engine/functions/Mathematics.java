package io.tharsis.engine.functions;

import static io.tharsis.engine.functions.Elementwise.floatOf;
import static io.tharsis.engine.functions.Elementwise.in;

import io.tharsis.DType;
import io.tharsis.DTypeException;
import io.tharsis.engine.graph.Operand;

/**
 * Builders of the float functions; small integers are computed in float32 where NumPy would take
 * float16, others in float64.
 */
public final class Mathematics {
    private Mathematics() {}

    /** A function of one argument, in the float dtype that belongs to it. */
    public static Operand unary(MathOp op, Operand a) {
        return in(Promotion.floatOf(a.dtype()), op, a);
    }

    /** A function of two arguments, in the float dtype that belongs to both. */
    public static Operand binary(MathOp op, Operand a, Operand b) {
        return in(floatOf(a, b), op, a, b);
    }

    /** floor, ceil or trunc: integers and bools are left as they are. */
    public static Operand rounding(MathOp op, Operand a) {
        return a.dtype().isFloat() ? in(a.dtype(), op, a) : a;
    }

    /** To the nearest integer, halves to even. */
    public static Operand rint(Operand a) {
        return unary(MathOp.RINT, a);
    }

    /**
     * To {@code decimals} decimal places, halves to even, as NumPy: multiplied by a power of ten,
     * rounded, divided. Integers are left as they are unless {@code decimals} is negative.
     */
    public static Operand round(Operand a, int decimals) {
        DType type = a.dtype();
        if (type == DType.BOOL && decimals != 0) {
            throw new DTypeException(
                    "round to "
                            + decimals
                            + " decimals has no meaning for bool; convert with astype");
        }
        if (decimals == 0) {
            return type.isInteger() ? a : rint(a);
        }
        if (type.isInteger() && decimals > 0) {
            return a;
        }
        Operand scale =
                Promotion.scalar(Promotion.weakFloat(type), Math.pow(10, Math.abs(decimals)));
        Operand rounded =
                decimals > 0
                        ? Elementwise.divide(rint(Elementwise.multiply(a, scale)), scale)
                        : Elementwise.multiply(rint(Elementwise.divide(a, scale)), scale);
        return Elementwise.cast(rounded, type);
    }

    /** 1 / (1 + e^-a). */
    public static Operand sigmoid(Operand a) {
        DType type = Promotion.floatOf(a.dtype());
        Operand exp = in(type, MathOp.EXP, in(type, ElementOp.NEGATIVE, a));
        return in(
                type,
                ElementOp.RECIPROCAL,
                in(type, ElementOp.ADD, exp, Promotion.scalar(type, 1.0)));
    }
}
