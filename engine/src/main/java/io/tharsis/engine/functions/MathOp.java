package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.engine.graph.ElementFunction;
import io.tharsis.kernels.ir.ProgramBuilder;
import io.tharsis.kernels.math.Exponentials;
import io.tharsis.kernels.math.FloatBits;
import io.tharsis.kernels.math.Hyperbolics;
import io.tharsis.kernels.math.InverseTrigonometry;
import io.tharsis.kernels.math.Logarithms;
import io.tharsis.kernels.math.Powers;
import io.tharsis.kernels.math.Rounding;
import io.tharsis.kernels.math.Trigonometry;

/**
 * Element-wise functions of floats that are algorithms, those of {@code kernels.math}. Arguments
 * and result have one float dtype.
 */
public enum MathOp implements ElementFunction {
    RINT,
    FLOOR,
    CEIL,
    TRUNC,

    /** Division with remainder as NumPy's {@code divmod}; {@link FloatDivision}. */
    FLOOR_DIVIDE,
    MOD,
    FMOD,

    POWER,
    CBRT,
    HYPOT,
    EXP,
    EXP2,
    EXPM1,
    LOG,
    LOG2,
    LOG10,
    LOG1P,
    LOGADDEXP,

    SIN,
    COS,
    TAN,
    ASIN,
    ACOS,
    ATAN,
    ATAN2,
    SINH,
    COSH,
    TANH,
    ASINH,
    ACOSH,
    ATANH,

    NEXTAFTER;

    @Override
    public int lower(ProgramBuilder b, DType[] types, DType result, int[] args) {
        int x = args[0];
        int y = args[args.length - 1];
        // A switch, as a method reference in each constant would cost a class a constant the first
        // time that any of them is used.
        return switch (this) {
            case RINT -> Rounding.rint(b, x);
            case FLOOR -> Rounding.floor(b, x);
            case CEIL -> Rounding.ceil(b, x);
            case TRUNC -> Rounding.trunc(b, x);
            case FLOOR_DIVIDE -> FloatDivision.floorDivide(b, x, y);
            case MOD -> FloatDivision.mod(b, x, y);
            case FMOD -> Rounding.fmod(b, x, y);
            case POWER -> Powers.pow(b, x, y);
            case CBRT -> Powers.cbrt(b, x);
            case HYPOT -> Powers.hypot(b, x, y);
            case EXP -> Exponentials.exp(b, x);
            case EXP2 -> Exponentials.exp2(b, x);
            case EXPM1 -> Exponentials.expm1(b, x);
            case LOG -> Logarithms.log(b, x);
            case LOG2 -> Logarithms.log2(b, x);
            case LOG10 -> Logarithms.log10(b, x);
            case LOG1P -> Logarithms.log1p(b, x);
            case LOGADDEXP -> Logarithms.logaddexp(b, x, y);
            case SIN -> Trigonometry.sin(b, x);
            case COS -> Trigonometry.cos(b, x);
            case TAN -> Trigonometry.tan(b, x);
            case ASIN -> InverseTrigonometry.asin(b, x);
            case ACOS -> InverseTrigonometry.acos(b, x);
            case ATAN -> InverseTrigonometry.atan(b, x);
            case ATAN2 -> InverseTrigonometry.atan2(b, x, y);
            case SINH -> Hyperbolics.sinh(b, x);
            case COSH -> Hyperbolics.cosh(b, x);
            case TANH -> Hyperbolics.tanh(b, x);
            case ASINH -> Hyperbolics.asinh(b, x);
            case ACOSH -> Hyperbolics.acosh(b, x);
            case ATANH -> Hyperbolics.atanh(b, x);
            case NEXTAFTER -> FloatBits.nextafter(b, x, y);
        };
    }
}
