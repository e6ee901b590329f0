package io.tharsis.engine.linalg;

/**
 * A Householder reflector {@code H = I - tau v vᵀ} that maps a vector to a multiple of its first
 * axis, as LAPACK's larfg: {@code v[from] = 1}, and {@code tau} is 0 if there is nothing to
 * reflect.
 */
final class Reflector {
    private static final double TINY = 0x1p-900;

    private double tau;
    private double beta;

    /** Turns {@code x[from..to)} into v; then {@link #beta} is what stands first in the image. */
    void make(double[] x, int from, int to) {
        double largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Math.abs(x[i]));
        }
        // quotients of numbers near the smallest ones have too few bits for an orthogonal H
        boolean isTiny = largest > 0 && largest < TINY;
        if (isTiny) {
            Lanes.scale(x, 1 / TINY, from, to);
        }
        reflect(x, from, to);
        if (isTiny) {
            beta *= TINY;
        }
    }

    private void reflect(double[] x, int from, int to) {
        double alpha = x[from];
        double rest = Lanes.norm(x, from + 1, to);
        if (rest == 0) {
            tau = 0;
            beta = alpha;
        } else {
            beta = -Math.copySign(Math.hypot(alpha, rest), alpha);
            tau = (beta - alpha) / beta;
            double pivot = alpha - beta;
            for (int i = from + 1; i < to; i++) {
                x[i] /= pivot;
            }
        }
        x[from] = 1;
    }

    double tau() {
        return tau;
    }

    double beta() {
        return beta;
    }
}
