package io.tharsis.kernels.math;

import io.tharsis.kernels.ir.RareFunction;

import java.util.function.DoubleBinaryOperator;

/**
 * What rare arguments are handed to: {@link StrictMath}, specified to the bit as fdlibm, within 1
 * ulp and good for every magnitude, and Java's exact remainder. The float forms round the double
 * ones.
 */
enum LargeArguments implements RareFunction {
    SIN((a, b) -> StrictMath.sin(a)),
    COS((a, b) -> StrictMath.cos(a)),
    TAN((a, b) -> StrictMath.tan(a)),
    FMOD((a, b) -> a % b);

    private final DoubleBinaryOperator function;

    LargeArguments(DoubleBinaryOperator function) {
        this.function = function;
    }

    @Override
    public double apply(double a, double b) {
        return function.applyAsDouble(a, b);
    }

    @Override
    public float apply(float a, float b) {
        return (float) function.applyAsDouble(a, b);
    }
}
