package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.engine.graph.ElementFunction;
import io.tharsis.kernels.ir.ProgramBuilder;

/** Element-wise functions of floats that are algorithms. Arguments and result have one float dtype. */
public enum MathOp implements ElementFunction {
    FLOOR_DIVIDE, MOD, FMOD, POWER, RINT, FLOOR, CEIL, TRUNC, CBRT, EXP, EXP2, EXPM1, LOG, LOG2, LOG10, LOG1P, LOGADDEXP, SIN, COS, TAN,
    ASIN, ACOS, ATAN, ATAN2, HYPOT, SINH, COSH, TANH, ASINH, ACOSH, ATANH, NEXTAFTER;

    @Override
    public int lower(ProgramBuilder b, DType[] types, DType result, int[] args) {
        throw new UnsupportedOperationException(name());
    }
}
