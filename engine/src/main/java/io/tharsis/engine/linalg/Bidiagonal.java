package io.tharsis.engine.linalg;

import java.util.Arrays;

/**
 * {@code A = U B Vᵀ} with an upper bidiagonal B, by Householder reflectors from both sides (Golub
 * and Van Loan, 5.4).
 */
final class Bidiagonal {
    private final int n;
    private final double[][] leftReflectors;
    private final double[][] rightReflectors;
    private final double[] leftTau;
    private final double[] rightTau;

    /**
     * @param a square, by rows; overwritten
     * @param d filled with the diagonal
     * @param e filled with what stands above it
     */
    Bidiagonal(double[][] a, double[] d, double[] e) {
        n = a.length;
        leftReflectors = new double[n][n];
        rightReflectors = new double[n][n];
        leftTau = new double[n];
        rightTau = new double[n];
        var reflector = new Reflector();
        double[] sums = new double[n];
        for (int k = 0; k < n; k++) {
            double[] v = leftReflectors[k];
            for (int i = k; i < n; i++) {
                v[i] = a[i][k];
            }
            reflector.make(v, k, n);
            leftTau[k] = reflector.tau();
            d[k] = reflector.beta();
            Arrays.fill(sums, k + 1, n, 0);
            for (int i = k; i < n; i++) {
                Lanes.add(sums, v[i], a[i], k + 1, n);
            }
            for (int i = k; i < n; i++) {
                Lanes.add(a[i], -reflector.tau() * v[i], sums, k + 1, n);
            }
            if (k + 1 < n) {
                double[] u = rightReflectors[k];
                System.arraycopy(a[k], k + 1, u, k + 1, n - k - 1);
                reflector.make(u, k + 1, n);
                rightTau[k] = reflector.tau();
                e[k] = reflector.beta();
                reflectRows(a, k + 1, u, reflector.tau(), k + 1, n);
            }
        }
    }

    /** Each row from {@code first} on times {@code I - tau v vᵀ}. */
    static void reflectRows(double[][] a, int first, double[] v, double tau, int from, int to) {
        if (tau == 0) {
            return;
        }
        for (int i = first; i < a.length; i++) {
            Lanes.add(a[i], -tau * Lanes.dot(a[i], v, from, to), v, from, to);
        }
    }

    /** {@code Uᵀ} by rows. */
    double[][] left() {
        double[][] u = Lanes.identity(n);
        for (int k = n - 1; k >= 0; k--) {
            reflectRows(u, k, leftReflectors[k], leftTau[k], k, n);
        }
        return u;
    }

    /** {@code Vᵀ} by rows. */
    double[][] right() {
        double[][] v = Lanes.identity(n);
        for (int k = n - 2; k >= 0; k--) {
            reflectRows(v, k + 1, rightReflectors[k], rightTau[k], k + 1, n);
        }
        return v;
    }
}
