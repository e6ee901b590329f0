package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.DTypeException;
import io.tharsis.engine.graph.ElementFunction;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Builders of element-wise arithmetic, comparisons, logic and choices: they choose the dtype of the
 * computation and of the result as NumPy 2 does and insert the casts. Shapes broadcast. {@link
 * Mathematics} has the functions that are algorithms.
 */
public final class Elementwise {
    private static final double PI = Math.PI;

    private Elementwise() {}

    /** {@code function} of {@code inputs} as they are, broadcast together. */
    public static Operand apply(ElementFunction function, DType result, Operand... inputs) {
        long[] shape = inputs[0].shape();
        for (int i = 1; i < inputs.length; i++) {
            shape = Shapes.broadcast(shape, inputs[i].shape());
        }
        return new Operand(new Op.Elementwise(function), result, shape, inputs);
    }

    /**
     * {@code function} of {@code inputs} converted to {@code type}, with a result of that dtype.
     */
    static Operand in(DType type, ElementFunction function, Operand... inputs) {
        return to(type, type, function, inputs);
    }

    private static Operand to(
            DType result, DType type, ElementFunction function, Operand... inputs) {
        Operand[] converted = new Operand[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            converted[i] = cast(inputs[i], type);
        }
        return apply(function, result, converted);
    }

    static DType common(Operand... operands) {
        DType result = operands[0].dtype();
        for (Operand operand : operands) {
            result = Promotion.common(result, operand.dtype());
        }
        return result;
    }

    static DTypeException unsupported(String function, String remedy, Operand... operands) {
        String types =
                Arrays.stream(operands)
                        .map(o -> o.dtype().toString())
                        .collect(Collectors.joining(" and "));
        return new DTypeException(function + " has no meaning for " + types + "; " + remedy);
    }

    private static void rejectBool(
            String function, String remedy, DType type, Operand... operands) {
        if (type == DType.BOOL) {
            throw unsupported(function, remedy, operands);
        }
    }

    private static void rejectFloat(String function, DType type, Operand... operands) {
        if (type.isFloat()) {
            throw unsupported(
                    function, "it wants integers or bools, convert with astype", operands);
        }
    }

    /**
     * The operand itself if it has that dtype already; floats are truncated, see docs/deviations.md
     * for those out of range.
     */
    public static Operand cast(Operand a, DType type) {
        if (a.dtype() == type) {
            return a;
        }
        if (a.op() instanceof Op.Fill fill) {
            return new Operand(new Op.Fill(recast(a.dtype(), type, fill.bits())), type, a.shape());
        }
        return apply(ElementOp.CAST, type, a);
    }

    private static long recast(DType from, DType to, long bits) {
        return switch (from) {
            case FLOAT32 -> Promotion.bits(to, (double) Float.intBitsToFloat((int) bits));
            case FLOAT64 -> Promotion.bits(to, Double.longBitsToDouble(bits));
            case UINT64 ->
                    bits < 0 && to.isFloat()
                            ? Promotion.bits(to, unsignedToDouble(to, bits))
                            : Promotion.bits(to, bits);
            default -> Promotion.bits(to, bits);
        };
    }

    // both float types are rounded once: the halves keep the lost bit sticky
    private static double unsignedToDouble(DType to, long bits) {
        long halved = bits >>> 1 | bits & 1;
        return 2.0 * (to == DType.FLOAT32 ? (float) halved : (double) halved);
    }

    // ---- arithmetic

    /** Of bools the logical or. */
    public static Operand add(Operand a, Operand b) {
        return in(common(a, b), ElementOp.ADD, a, b);
    }

    public static Operand subtract(Operand a, Operand b) {
        DType type = common(a, b);
        rejectBool("subtract", "use logicalXor, or convert with astype", type, a, b);
        return in(type, ElementOp.SUBTRACT, a, b);
    }

    /** Of bools the logical and. */
    public static Operand multiply(Operand a, Operand b) {
        return in(common(a, b), ElementOp.MULTIPLY, a, b);
    }

    /** True division: of integers in float64. */
    public static Operand divide(Operand a, Operand b) {
        DType type = common(a, b);
        return in(type.isFloat() ? type : DType.FLOAT64, ElementOp.DIVIDE, a, b);
    }

    /** Quotient rounded to minus infinity; 0 for integers divided by 0. */
    public static Operand floorDivide(Operand a, Operand b) {
        DType type = Promotion.notBool(common(a, b));
        return in(
                type, type.isFloat() ? MathOp.FLOOR_DIVIDE : ElementOp.INTEGER_FLOOR_DIVIDE, a, b);
    }

    /** Remainder with the divisor's sign; 0 for integers divided by 0. */
    public static Operand mod(Operand a, Operand b) {
        DType type = Promotion.notBool(common(a, b));
        return in(type, type.isFloat() ? MathOp.MOD : ElementOp.INTEGER_MOD, a, b);
    }

    /** Remainder with the dividend's sign, exact; 0 for integers divided by 0. */
    public static Operand fmod(Operand a, Operand b) {
        DType type = Promotion.notBool(common(a, b));
        return in(type, type.isFloat() ? MathOp.FMOD : ElementOp.INTEGER_FMOD, a, b);
    }

    /** Of integers wraps; a negative integer exponent gives 0 unless the base is 1 or -1. */
    public static Operand power(Operand a, Operand b) {
        DType type = Promotion.notBool(common(a, b));
        return in(type, type.isFloat() ? MathOp.POWER : ElementOp.INTEGER_POWER, a, b);
    }

    /**
     * A power whose exponent is known: by multiplications for integers, in one instruction where
     * that is as exact for floats.
     */
    public static Operand power(Operand a, long exponent) {
        DType type = Promotion.weakInteger(a.dtype());
        if (type.isFloat()) {
            return power(a, (double) exponent);
        }
        if (exponent < 0) {
            throw new DTypeException(
                    "integers to negative integer powers are not allowed ("
                            + a.dtype()
                            + " to "
                            + exponent
                            + "); convert the base with astype(FLOAT64) first");
        }
        Promotion.weak(exponent, type);
        Operand square = cast(a, type);
        Operand result = null;
        for (long rest = exponent; rest > 0; rest >>= 1) {
            if ((rest & 1) == 1) {
                result = result == null ? square : in(type, ElementOp.MULTIPLY, result, square);
            }
            square = rest > 1 ? in(type, ElementOp.SQUARE, square) : square;
        }
        return result == null
                ? in(type, ElementOp.INTEGER_POWER, a, Promotion.scalar(type, 0))
                : result;
    }

    /** As {@link #power(Operand, long)}, for a weak float. */
    public static Operand power(Operand a, double exponent) {
        DType type = Promotion.weakFloat(a.dtype());
        if (exponent == 2) {
            return in(type, ElementOp.SQUARE, a);
        }
        if (exponent == 0.5) {
            return in(type, ElementOp.POWER_HALF, a);
        }
        if (exponent == -1) {
            return in(type, ElementOp.RECIPROCAL, a);
        }
        return exponent == 1
                ? cast(a, type)
                : in(type, MathOp.POWER, a, Promotion.scalar(type, exponent));
    }

    /** Wraps for integers. */
    public static Operand negative(Operand a) {
        rejectBool("negative", "use logicalNot, or convert with astype", a.dtype(), a);
        return in(a.dtype(), ElementOp.NEGATIVE, a);
    }

    public static Operand positive(Operand a) {
        rejectBool("positive", "convert with astype", a.dtype(), a);
        return a;
    }

    /** Wraps for the minimum of a signed integer. */
    public static Operand abs(Operand a) {
        return a.dtype().isUnsigned() || a.dtype() == DType.BOOL
                ? a
                : in(a.dtype(), ElementOp.ABS, a);
    }

    /** -1, 0 or 1; NaN for NaN. */
    public static Operand sign(Operand a) {
        rejectBool("sign", "convert with astype", a.dtype(), a);
        return in(a.dtype(), ElementOp.SIGN, a);
    }

    public static Operand sqrt(Operand a) {
        return in(Promotion.floatOf(a.dtype()), ElementOp.SQRT, a);
    }

    public static Operand square(Operand a) {
        return in(Promotion.notBool(a.dtype()), ElementOp.SQUARE, a);
    }

    /**
     * Of integers truncated; 1/0 is the minimum of int32 and int64, and 0 of the other integer
     * dtypes.
     */
    public static Operand reciprocal(Operand a) {
        return in(Promotion.notBool(a.dtype()), ElementOp.RECIPROCAL, a);
    }

    /** Half a turn is pi. */
    public static Operand deg2rad(Operand a) {
        return scaled(a, PI / 180, (float) PI / 180f);
    }

    public static Operand rad2deg(Operand a) {
        return scaled(a, 180 / PI, 180f / (float) PI);
    }

    private static Operand scaled(Operand a, double factor, float floatFactor) {
        DType type = Promotion.floatOf(a.dtype());
        return in(
                type,
                ElementOp.MULTIPLY,
                a,
                Promotion.scalar(type, type == DType.FLOAT32 ? floatFactor : factor));
    }

    // ---- extremes

    /** NaN if either is NaN. */
    public static Operand maximum(Operand a, Operand b) {
        return in(common(a, b), ElementOp.MAXIMUM, a, b);
    }

    public static Operand minimum(Operand a, Operand b) {
        return in(common(a, b), ElementOp.MINIMUM, a, b);
    }

    /** The other one if one is NaN. */
    public static Operand fmax(Operand a, Operand b) {
        return in(common(a, b), ElementOp.FMAX, a, b);
    }

    public static Operand fmin(Operand a, Operand b) {
        return in(common(a, b), ElementOp.FMIN, a, b);
    }

    /** {@code minimum(maximum(a, low), high)}; a null bound does not bound. */
    public static Operand clip(Operand a, Operand low, Operand high) {
        Operand raised = low == null ? a : maximum(a, low);
        return high == null ? raised : minimum(raised, high);
    }

    /** Clips with weak integers; a bound beyond the range of the dtype does not bound. */
    public static Operand clip(Operand a, long low, long high) {
        return clip(a, bound(a.dtype(), low), bound(a.dtype(), high));
    }

    // a bound beyond the range becomes the end of the range on its side
    private static Operand bound(DType type, long value) {
        DType target = Promotion.weakInteger(type);
        if (Promotion.holds(target, value)) {
            return Promotion.scalar(target, value);
        }
        return Promotion.scalar(
                target,
                value < 0 ? Promotion.minimum(target) : Promotion.maximum(target).longValue());
    }

    // ---- comparisons and logic

    private static Operand compare(ElementOp op, Operand a, Operand b) {
        DType left = a.dtype();
        DType right = b.dtype();
        if (left.isInteger() && right.isInteger() && Promotion.common(left, right).isFloat()) {
            Operand x = left == DType.UINT64 ? a : cast(a, DType.INT64);
            Operand y = right == DType.UINT64 ? b : cast(b, DType.INT64);
            return apply(op, DType.BOOL, x, y);
        }
        return to(DType.BOOL, Promotion.common(left, right), op, a, b);
    }

    /** Exact for any two integer dtypes, as are all comparisons. */
    public static Operand equal(Operand a, Operand b) {
        return compare(ElementOp.EQUAL, a, b);
    }

    public static Operand notEqual(Operand a, Operand b) {
        return compare(ElementOp.NOT_EQUAL, a, b);
    }

    public static Operand less(Operand a, Operand b) {
        return compare(ElementOp.LESS, a, b);
    }

    public static Operand lessEqual(Operand a, Operand b) {
        return compare(ElementOp.LESS_EQUAL, a, b);
    }

    public static Operand greater(Operand a, Operand b) {
        return compare(ElementOp.GREATER, a, b);
    }

    public static Operand greaterEqual(Operand a, Operand b) {
        return compare(ElementOp.GREATER_EQUAL, a, b);
    }

    /**
     * Within {@code atol + rtol * |b|} of each other, or equal; with {@code equalNan} NaN is close
     * to NaN.
     */
    public static Operand isclose(
            Operand a, Operand b, double rtol, double atol, boolean equalNan) {
        Operand y = cast(b, Promotion.common(b.dtype(), Promotion.weakFloat(b.dtype())));
        Operand tolerance =
                add(
                        Promotion.weak(atol, y.dtype()),
                        multiply(Promotion.weak(rtol, y.dtype()), abs(y)));
        Operand near = logicalAnd(lessEqual(abs(subtract(a, y)), tolerance), isfinite(y));
        Operand close = logicalOr(near, equal(a, y));
        return equalNan ? logicalOr(close, logicalAnd(isnan(a), isnan(y))) : close;
    }

    /** Of truth values: a number is true if it is not zero. */
    public static Operand logicalAnd(Operand a, Operand b) {
        return in(DType.BOOL, ElementOp.AND, a, b);
    }

    public static Operand logicalOr(Operand a, Operand b) {
        return in(DType.BOOL, ElementOp.OR, a, b);
    }

    public static Operand logicalXor(Operand a, Operand b) {
        return in(DType.BOOL, ElementOp.XOR, a, b);
    }

    public static Operand logicalNot(Operand a) {
        return in(DType.BOOL, ElementOp.NOT, a);
    }

    // ---- bits

    private static Operand bitwise(String name, ElementOp op, Operand a, Operand b) {
        DType type = common(a, b);
        rejectFloat(name, type, a, b);
        return in(type, op, a, b);
    }

    public static Operand bitwiseAnd(Operand a, Operand b) {
        return bitwise("bitwiseAnd", ElementOp.AND, a, b);
    }

    public static Operand bitwiseOr(Operand a, Operand b) {
        return bitwise("bitwiseOr", ElementOp.OR, a, b);
    }

    public static Operand bitwiseXor(Operand a, Operand b) {
        return bitwise("bitwiseXor", ElementOp.XOR, a, b);
    }

    /** Of bools the logical not. */
    public static Operand invert(Operand a) {
        rejectFloat("invert", a.dtype(), a);
        return in(a.dtype(), ElementOp.NOT, a);
    }

    /** 0 if the distance is negative or not less than the width. */
    public static Operand leftShift(Operand a, Operand b) {
        return shift("leftShift", ElementOp.LEFT_SHIFT, a, b);
    }

    /**
     * Arithmetic for signed dtypes; the sign (0 or -1) if the distance is negative or not less than
     * the width.
     */
    public static Operand rightShift(Operand a, Operand b) {
        return shift("rightShift", ElementOp.RIGHT_SHIFT, a, b);
    }

    private static Operand shift(String name, ElementOp op, Operand a, Operand b) {
        DType type = Promotion.notBool(common(a, b));
        rejectFloat(name, type, a, b);
        return in(type, op, a, b);
    }

    // ---- kinds of floats

    private static Operand classify(ElementOp op, boolean ofIntegers, Operand a) {
        if (a.dtype().isFloat()) {
            return apply(op, DType.BOOL, a);
        }
        return apply(ofIntegers ? ElementOp.EQUAL : ElementOp.NOT_EQUAL, DType.BOOL, a, a);
    }

    public static Operand isnan(Operand a) {
        return classify(ElementOp.ISNAN, false, a);
    }

    public static Operand isinf(Operand a) {
        return classify(ElementOp.ISINF, false, a);
    }

    public static Operand isfinite(Operand a) {
        return classify(ElementOp.ISFINITE, true, a);
    }

    /** True for -0.0, false for any NaN. */
    public static Operand signbit(Operand a) {
        if (a.dtype().kind() == DType.Kind.SIGNED) {
            return less(a, Promotion.scalar(a.dtype(), 0));
        }
        return classify(ElementOp.SIGNBIT, false, a);
    }

    /** The magnitude of {@code a} with the sign of {@code b}; a NaN has none. */
    public static Operand copysign(Operand a, Operand b) {
        return in(floatOf(a, b), ElementOp.COPYSIGN, a, b);
    }

    /** The dtype of a float function of two arguments. */
    static DType floatOf(Operand a, Operand b) {
        return Promotion.common(Promotion.floatOf(a.dtype()), Promotion.floatOf(b.dtype()));
    }

    // ---- choices

    /** {@code condition ? a : b} for each element; the condition is converted to bool. */
    public static Operand where(Operand condition, Operand a, Operand b) {
        DType type = common(a, b);
        return apply(
                ElementOp.WHERE, type, cast(condition, DType.BOOL), cast(a, type), cast(b, type));
    }

    /**
     * Floats with NaN and the infinities replaced; a null stands for the largest finite number, or
     * its negative.
     */
    public static Operand nanToNum(
            Operand a, double nan, Double positiveInfinity, Double negativeInfinity) {
        DType type = a.dtype();
        if (!type.isFloat()) {
            return a;
        }
        double largest = type == DType.FLOAT32 ? Float.MAX_VALUE : Double.MAX_VALUE;
        Operand top = Promotion.scalar(type, positiveInfinity == null ? largest : positiveInfinity);
        Operand bottom =
                Promotion.scalar(type, negativeInfinity == null ? -largest : negativeInfinity);
        Operand bounded =
                where(
                        equal(a, Promotion.scalar(type, Double.POSITIVE_INFINITY)),
                        top,
                        where(
                                equal(a, Promotion.scalar(type, Double.NEGATIVE_INFINITY)),
                                bottom,
                                a));
        return where(isnan(a), Promotion.scalar(type, nan), bounded);
    }
}
