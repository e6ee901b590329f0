package io.tharsis.engine.fuse;

import io.tharsis.DType;

/**
 * The bounds of numbers not below zero whose square roots keep a bound, for float64 and float32 as
 * raw bits. The square of the bound is at most a few steps away, since the root is rounded once.
 */
public final class RootBound {
    private RootBound() {}

    /**
     * The least number whose root is not below {@code bits}: for x not below zero, sqrt(x) is less
     * than the one exactly if x is less than the other. 0 for numbers below zero, NaN for NaN.
     */
    public static long least(long bits, DType type) {
        return type == DType.FLOAT64
                ? Double.doubleToRawLongBits(least(Double.longBitsToDouble(bits)))
                : Float.floatToRawIntBits(least(Float.intBitsToFloat((int) bits)));
    }

    /**
     * The greatest number whose root is not above {@code bits}: for x not below zero, sqrt(x) is
     * greater than the one exactly if x is greater than the other. A number below zero and NaN stay
     * what they are.
     */
    public static long greatest(long bits, DType type) {
        return type == DType.FLOAT64
                ? Double.doubleToRawLongBits(greatest(Double.longBitsToDouble(bits)))
                : Float.floatToRawIntBits(greatest(Float.intBitsToFloat((int) bits)));
    }

    static double least(double bound) {
        if (!(bound > 0)) {
            return bound <= 0 ? 0 : bound;
        }
        double least = bound * bound;
        while (Math.sqrt(least) < bound) {
            least = Math.nextUp(least);
        }
        while (least > 0 && Math.sqrt(Math.nextDown(least)) >= bound) {
            least = Math.nextDown(least);
        }
        return least;
    }

    static float least(float bound) {
        if (!(bound > 0)) {
            return bound <= 0 ? 0 : bound;
        }
        float least = bound * bound;
        while ((float) Math.sqrt(least) < bound) {
            least = Math.nextUp(least);
        }
        while (least > 0 && (float) Math.sqrt(Math.nextDown(least)) >= bound) {
            least = Math.nextDown(least);
        }
        return least;
    }

    static double greatest(double bound) {
        boolean least = bound >= 0 && bound < Double.POSITIVE_INFINITY;
        return least ? Math.nextDown(least(Math.nextUp(bound))) : bound;
    }

    static float greatest(float bound) {
        boolean least = bound >= 0 && bound < Float.POSITIVE_INFINITY;
        return least ? Math.nextDown(least(Math.nextUp(bound))) : bound;
    }
}
