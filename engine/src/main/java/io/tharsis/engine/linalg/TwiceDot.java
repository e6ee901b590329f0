package io.tharsis.engine.linalg;

/** Dot products as if in twice the precision of doubles, rounded once. */
final class TwiceDot {
    private TwiceDot() {}

    /** {@code x . y + first + second}. */
    static double of(double[] x, double[] y, double first, double second) {
        double sum = first + second;
        double rest = error(first, second, sum);
        for (int i = 0; i < y.length; i++) {
            double product = x[i] * y[i];
            double low = Math.fma(x[i], y[i], -product);
            double next = sum + product;
            rest += error(sum, product, next) + low;
            sum = next;
        }
        return sum + rest;
    }

    /** What {@code sum = a + b} lost (Knuth's two-sum). */
    private static double error(double a, double b, double sum) {
        double virtual = sum - a;
        return (a - (sum - virtual)) + (b - virtual);
    }
}
