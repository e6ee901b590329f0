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
    RINT(Rounding::rint),
    FLOOR(Rounding::floor),
    CEIL(Rounding::ceil),
    TRUNC(Rounding::trunc),

    /** Division with remainder as NumPy's {@code divmod}; {@link FloatDivision}. */
    FLOOR_DIVIDE(FloatDivision::floorDivide),
    MOD(FloatDivision::mod),
    FMOD(Rounding::fmod),

    POWER(Powers::pow),
    CBRT(Powers::cbrt),
    HYPOT(Powers::hypot),
    EXP(Exponentials::exp),
    EXP2(Exponentials::exp2),
    EXPM1(Exponentials::expm1),
    LOG(Logarithms::log),
    LOG2(Logarithms::log2),
    LOG10(Logarithms::log10),
    LOG1P(Logarithms::log1p),
    LOGADDEXP(Logarithms::logaddexp),

    SIN(Trigonometry::sin),
    COS(Trigonometry::cos),
    TAN(Trigonometry::tan),
    ASIN(InverseTrigonometry::asin),
    ACOS(InverseTrigonometry::acos),
    ATAN(InverseTrigonometry::atan),
    ATAN2(InverseTrigonometry::atan2),
    SINH(Hyperbolics::sinh),
    COSH(Hyperbolics::cosh),
    TANH(Hyperbolics::tanh),
    ASINH(Hyperbolics::asinh),
    ACOSH(Hyperbolics::acosh),
    ATANH(Hyperbolics::atanh),

    NEXTAFTER(FloatBits::nextafter);

    @FunctionalInterface
    private interface Unary {
        int lower(ProgramBuilder b, int x);
    }

    @FunctionalInterface
    private interface Binary {
        int lower(ProgramBuilder b, int x, int y);
    }

    private final Binary lowering;

    MathOp(Unary lowering) {
        this.lowering = (b, x, _) -> lowering.lower(b, x);
    }

    MathOp(Binary lowering) {
        this.lowering = lowering;
    }

    @Override
    public int lower(ProgramBuilder b, DType[] types, DType result, int[] args) {
        return lowering.lower(b, args[0], args[args.length - 1]);
    }
}
