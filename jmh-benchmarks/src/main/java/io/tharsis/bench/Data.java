package io.tharsis.bench;

import io.tharsis.DType;
import io.tharsis.Tensor;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Two vectors of random numbers as Java arrays, with the plain loops over them that benchmarks
 * compare with.
 *
 * @param a {@code double[]}, {@code float[]} or {@code int[]}
 * @param b of the same kind and length
 */
record Data(Object a, Object b) {
    /** A plain loop that fills an array, which it uses again, and answers it. */
    @FunctionalInterface
    interface Loop {
        Object run();
    }

    /** Floats from 0 to 1, or any ints; seeded. */
    static Data uniform(DType dtype, int size) {
        SplittableRandom random = new SplittableRandom(42);
        return switch (dtype) {
            case FLOAT64 ->
                    new Data(random.doubles(size).toArray(), random.doubles(size).toArray());
            case FLOAT32 -> new Data(floats(random, size), floats(random, size));
            case INT32 -> new Data(random.ints(size).toArray(), random.ints(size).toArray());
            default ->
                    throw new IllegalArgumentException(
                            "data of dtype float64, float32 or int32, not " + dtype);
        };
    }

    private static float[] floats(SplittableRandom random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    /** {@code (a * a + b) * 3 - a}. */
    Loop fusedLoop() {
        if (a instanceof double[] x && b instanceof double[] y) {
            double[] result = new double[x.length];
            return () -> fused(x, y, result);
        }
        if (a instanceof float[] x && b instanceof float[] y) {
            float[] result = new float[x.length];
            return () -> fused(x, y, result);
        }
        if (a instanceof int[] x && b instanceof int[] y) {
            int[] result = new int[x.length];
            return () -> fused(x, y, result);
        }
        throw new IllegalStateException("no loop over " + a.getClass());
    }

    private static double[] fused(double[] a, double[] b, double[] result) {
        for (int i = 0; i < result.length; i++) {
            result[i] = (a[i] * a[i] + b[i]) * 3 - a[i];
        }
        return result;
    }

    private static float[] fused(float[] a, float[] b, float[] result) {
        for (int i = 0; i < result.length; i++) {
            result[i] = (a[i] * a[i] + b[i]) * 3 - a[i];
        }
        return result;
    }

    private static int[] fused(int[] a, int[] b, int[] result) {
        for (int i = 0; i < result.length; i++) {
            result[i] = (a[i] * a[i] + b[i]) * 3 - a[i];
        }
        return result;
    }

    /** Throws unless the tensor has the array's elements, bit for bit. */
    void checkEqual(Object expected, Tensor actual) {
        boolean isEqual =
                switch (expected) {
                    case double[] values -> Arrays.equals(values, actual.toDoubleArray());
                    case float[] values -> Arrays.equals(values, actual.toFloatArray());
                    case int[] values -> Arrays.equals(values, actual.toIntArray());
                    default -> false;
                };
        if (!isEqual) {
            throw new AssertionError("the loop's elements and those of " + actual + " differ");
        }
    }

    /** Throws unless the numbers agree but for {@code tolerance}, relative. */
    static void checkClose(double expected, double actual, double tolerance) {
        if (!(Math.abs(expected - actual) <= tolerance * Math.abs(expected))) {
            throw new AssertionError("expected " + expected + ", got " + actual);
        }
    }
}
