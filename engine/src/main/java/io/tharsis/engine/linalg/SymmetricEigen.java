package io.tharsis.engine.linalg;

import java.util.Arrays;

/**
 * Eigenvalues and vectors of a symmetric matrix, whose lower triangle alone is read: Householder
 * tridiagonalization (Golub and Van Loan, 8.3), then {@link TridiagonalQr}. Values ascend; the
 * largest element of each vector, the first among equals, is positive. An element that is not
 * finite makes everything NaN.
 */
final class SymmetricEigen {
    private final int n;
    private final double[] d;
    private final double[] e;
    private final double[][] vectors;

    /**
     * @param a by rows; overwritten
     */
    SymmetricEigen(double[][] a, boolean wantsVectors) {
        n = a.length;
        d = new double[n];
        e = new double[n];
        double largest = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                largest = Math.max(largest, Math.abs(a[i][j]));
                a[j][i] = a[i][j];
            }
        }
        if (!(largest < Double.POSITIVE_INFINITY)) {
            vectors = wantsVectors ? new double[n][n] : new double[n][0];
            Arrays.fill(d, Double.NaN);
            for (double[] vector : vectors) {
                Arrays.fill(vector, Double.NaN);
            }
            return;
        }
        double scale = largest == 0 ? 1 : Math.scalb(1.0, Math.getExponent(largest));
        for (double[] row : a) {
            Lanes.scale(row, 1 / scale, 0, n);
        }
        double[] tau = new double[n];
        double[][] reflectors = tridiagonalize(a, tau);
        vectors = wantsVectors ? Lanes.identity(n) : new double[n][0];
        if (wantsVectors) {
            for (int k = n - 2; k >= 0; k--) {
                Bidiagonal.reflectRows(vectors, k + 1, reflectors[k], tau[k], k + 1, n);
            }
        }
        new TridiagonalQr(d, e, vectors, () -> {});
        finish(scale);
    }

    private double[][] tridiagonalize(double[][] a, double[] tau) {
        double[][] reflectors = new double[n][n];
        double[] w = new double[n];
        var reflector = new Reflector();
        for (int k = 0; k < n - 1; k++) {
            d[k] = a[k][k];
            double[] v = reflectors[k];
            System.arraycopy(a[k], k + 1, v, k + 1, n - k - 1);
            reflector.make(v, k + 1, n);
            e[k] = reflector.beta();
            tau[k] = reflector.tau();
            if (tau[k] == 0) {
                continue;
            }
            for (int i = k + 1; i < n; i++) {
                w[i] = tau[k] * Lanes.dot(a[i], v, k + 1, n);
            }
            Lanes.add(w, -0.5 * tau[k] * Lanes.dot(w, v, k + 1, n), v, k + 1, n);
            for (int i = k + 1; i < n; i++) {
                Lanes.add(a[i], -v[i], w, -w[i], v, k + 1, n);
            }
        }
        if (n > 0) {
            d[n - 1] = a[n - 1][n - 1];
        }
        return reflectors;
    }

    private void finish(double scale) {
        for (int k = 0; k < n; k++) {
            d[k] *= scale;
            if (Signs.isNegative(vectors[k])) {
                Lanes.scale(vectors[k], -1, 0, vectors[k].length);
            }
        }
    }

    double[] values() {
        return d;
    }

    /** Vectors, one a row. */
    double[][] vectors() {
        return vectors;
    }
}
