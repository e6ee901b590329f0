package io.tharsis.kernels.math;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.ProgramBuilder;

/**
 * Every function of floats in this package with the largest error that it may show, in units of the
 * last place of the exact result (or of the smallest subnormal, if that is larger). Tests hold each
 * function to its bound; 0 means exact.
 */
public enum MathBounds {
    EXP(Exponentials::exp, 0.95, 0.95),
    EXP2(Exponentials::exp2, 0.95, 0.52),
    EXPM1(Exponentials::expm1, 0.95, 0.52),
    /** A composite: the errors of exp, a sum and a quotient. */
    SIGMOID(Exponentials::sigmoid, 2.5, 2.5),
    LOG(Logarithms::log, 0.9, 0.9),
    LOG2(Logarithms::log2, 0.6, 0.51),
    LOG10(Logarithms::log10, 0.6, 0.51),
    LOG1P(Logarithms::log1p, 0.6, 0.51),
    /** Up to 1e6; beyond, {@link StrictMath}'s 1. */
    SIN(Trigonometry::sin, 1, 0.51),
    COS(Trigonometry::cos, 1, 0.51),
    TAN(Trigonometry::tan, 1, 0.51),
    ASIN(InverseTrigonometry::asin, 0.7, 0.51),
    ACOS(InverseTrigonometry::acos, 0.7, 0.51),
    ATAN(InverseTrigonometry::atan, 0.9, 0.51),
    SINH(Hyperbolics::sinh, 0.8, 0.52),
    COSH(Hyperbolics::cosh, 0.75, 0.52),
    TANH(Hyperbolics::tanh, 0.8, 0.52),
    ASINH(Hyperbolics::asinh, 0.6, 0.51),
    ACOSH(Hyperbolics::acosh, 0.6, 0.51),
    ATANH(Hyperbolics::atanh, 0.6, 0.51),
    CBRT(Powers::cbrt, 0.51, 0.51),
    RINT(Rounding::rint, 0, 0),
    FLOOR(Rounding::floor, 0, 0),
    CEIL(Rounding::ceil, 0, 0),
    TRUNC(Rounding::trunc, 0, 0),
    POW(Powers::pow, 0.8, 0.51),
    /** Subnormal results to 1, others to 0.9. */
    ATAN2(InverseTrigonometry::atan2, 1, 0.51),
    /** Subnormal results to 0.75, others to 0.51. */
    HYPOT(Powers::hypot, 0.76, 0.51),
    /**
     * Of the largest of both arguments and the result: where the result cancels to near 0, so does
     * its precision.
     */
    LOGADDEXP(Logarithms::logaddexp, 0.6, 0.51),
    FMOD(Rounding::fmod, 0, 0),
    NEXTAFTER(FloatBits::nextafter, 0, 0),
    COPYSIGN(FloatBits::copysign, 0, 0);

    /** Emits a function of one argument. */
    @FunctionalInterface
    private interface One {
        int emit(ProgramBuilder b, int x);
    }

    /** Emits a function of two arguments. */
    @FunctionalInterface
    private interface Two {
        int emit(ProgramBuilder b, int x, int y);
    }

    private final Two function;
    private final int arity;
    private final double ulpsF64;
    private final double ulpsF32;

    MathBounds(One function, double ulpsF64, double ulpsF32) {
        this((b, x, _) -> function.emit(b, x), 1, ulpsF64, ulpsF32);
    }

    MathBounds(Two function, double ulpsF64, double ulpsF32) {
        this(function, 2, ulpsF64, ulpsF32);
    }

    MathBounds(Two function, int arity, double ulpsF64, double ulpsF32) {
        this.function = function;
        this.arity = arity;
        this.ulpsF64 = ulpsF64;
        this.ulpsF32 = ulpsF32;
    }

    /** 1 or 2. */
    public int arity() {
        return arity;
    }

    /** Adds the function; {@code y} is ignored by functions of one argument. */
    public int emit(ProgramBuilder b, int x, int y) {
        return function.emit(b, x, y);
    }

    /** The bound for lanes F64 and F32. */
    public double maxUlps(Lane lane) {
        return lane == Lane.F64 ? ulpsF64 : ulpsF32;
    }
}
