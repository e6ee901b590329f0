package io.tharsis.engine.linalg;

import io.tharsis.linalg.LinAlgException;

import java.util.Arrays;

/**
 * {@code A = Z T Zᵀ} with an upper triangular T, of a matrix whose eigenvalues are real: Hessenberg
 * form by Householder reflectors, then the double-shift QR of Francis (Golub and Van Loan, 7.4 and
 * 7.5).
 */
final class RealSchur {
    private static final double EPSILON = 0x1p-53;

    /** Sweeps for an eigenvalue after which an element counts as 0 beside the whole matrix. */
    private static final int PATIENCE = 20;

    private static final int SWEEPS = 60;

    private final int n;
    private final double[][] t;
    private final double[][] z;
    private final double norm;

    /**
     * @param a by rows, all finite; becomes T
     * @param vectors whether Z is wanted
     * @throws LinAlgException if eigenvalues are complex
     */
    RealSchur(double[][] a, boolean vectors) {
        n = a.length;
        t = a;
        z = vectors ? Lanes.identity(n) : new double[0][];
        hessenberg();
        double sum = 0;
        for (double[] row : a) {
            sum += Lanes.dot(row, row, 0, n);
        }
        norm = Math.sqrt(sum);
        int hi = n - 1;
        int sweeps = 0;
        while (hi >= 0) {
            int lo = blockStart(hi, sweeps > PATIENCE ? norm : 0);
            if (lo == hi) {
                hi--;
                sweeps = 0;
            } else if (lo == hi - 1) {
                split(hi);
                hi -= 2;
                sweeps = 0;
            } else if (++sweeps > SWEEPS) {
                throw new LinAlgException("eig did not converge at eigenvalue " + hi);
            } else {
                sweep(lo, hi, sweeps % 10 == 0);
            }
        }
    }

    private void hessenberg() {
        var reflector = new Reflector();
        double[] v = new double[n];
        double[] sums = new double[n];
        for (int k = 0; k < n - 2; k++) {
            for (int i = k + 1; i < n; i++) {
                v[i] = t[i][k];
            }
            reflector.make(v, k + 1, n);
            double tau = reflector.tau();
            Arrays.fill(sums, 0);
            for (int i = k + 1; i < n; i++) {
                Lanes.add(sums, v[i], t[i], k, n);
            }
            for (int i = k + 1; i < n; i++) {
                Lanes.add(t[i], -tau * v[i], sums, k, n);
                t[i][k] = i == k + 1 ? reflector.beta() : 0;
            }
            Bidiagonal.reflectRows(t, 0, v, tau, k + 1, n);
            Bidiagonal.reflectRows(z, 0, v, tau, k + 1, n);
        }
    }

    /**
     * @param least what elements are compared with at least
     */
    private int blockStart(int hi, double least) {
        int lo = hi;
        while (lo > 0) {
            double neighbours = Math.abs(t[lo - 1][lo - 1]) + Math.abs(t[lo][lo]);
            double scale = neighbours == 0 ? norm : Math.max(least, neighbours);
            if (Math.abs(t[lo][lo - 1]) <= EPSILON * scale) {
                t[lo][lo - 1] = 0;
                break;
            }
            lo--;
        }
        return lo;
    }

    /** Makes the last two rows of a block triangular. */
    private void split(int hi) {
        int k = hi - 1;
        double below = t[hi][k];
        double half = (t[k][k] - t[hi][hi]) / 2;
        double square = half * half + t[k][hi] * below;
        if (square < 0 && Math.abs(below) <= 4 * EPSILON * norm) {
            // a multiple eigenvalue, which rounding made complex
            t[hi][k] = 0;
            return;
        }
        if (square < 0) {
            throw new LinAlgException(
                    "eig: the matrix has complex eigenvalues, such as "
                            + (t[hi][hi] + half)
                            + " ± "
                            + Math.sqrt(-square)
                            + "i, and there is no complex dtype yet; eigh takes symmetric"
                            + " matrices, svd takes all");
        }
        double root = half + Math.copySign(Math.sqrt(square), half);
        double length = Math.hypot(below, root);
        double s = below / length;
        double c = root / length;
        Lanes.rotate(t[k], t[hi], c, s, k, n);
        rotateColumns(t, hi + 1, k, c, s);
        rotateColumns(z, z.length, k, c, s);
        t[hi][k] = 0;
    }

    private static void rotateColumns(double[][] a, int rows, int k, double c, double s) {
        for (int i = 0; i < rows; i++) {
            double x = a[i][k];
            double y = a[i][k + 1];
            a[i][k] = c * x + s * y;
            a[i][k + 1] = c * y - s * x;
        }
    }

    private void sweep(int lo, int hi, boolean exceptional) {
        double sum = t[hi - 1][hi - 1] + t[hi][hi];
        double product = t[hi - 1][hi - 1] * t[hi][hi] - t[hi - 1][hi] * t[hi][hi - 1];
        if (exceptional) {
            double off = Math.abs(t[hi][hi - 1]) + Math.abs(t[hi - 1][hi - 2]);
            sum = 1.5 * off;
            product = off * off;
        }
        double[] v = new double[3];
        v[0] = t[lo][lo] * t[lo][lo] + t[lo][lo + 1] * t[lo + 1][lo] - sum * t[lo][lo] + product;
        v[1] = t[lo + 1][lo] * (t[lo][lo] + t[lo + 1][lo + 1] - sum);
        v[2] = t[lo + 1][lo] * t[lo + 2][lo + 1];
        var reflector = new Reflector();
        for (int k = lo; k < hi; k++) {
            int count = Math.min(3, hi - k + 1);
            if (k > lo) {
                for (int i = 0; i < count; i++) {
                    v[i] = t[k + i][k - 1];
                }
            }
            reflector.make(v, 0, count);
            if (k > lo) {
                t[k][k - 1] = reflector.beta();
                for (int i = 1; i < count; i++) {
                    t[k + i][k - 1] = 0;
                }
            }
            double tau = reflector.tau();
            if (tau != 0) {
                reflectFromLeft(k, count, v, tau);
                reflectColumns(t, Math.min(k + 4, hi + 1), k, count, v, tau);
                reflectColumns(z, z.length, k, count, v, tau);
            }
        }
    }

    private void reflectFromLeft(int k, int count, double[] v, double tau) {
        for (int j = k; j < n; j++) {
            double dot = 0;
            for (int i = 0; i < count; i++) {
                dot += v[i] * t[k + i][j];
            }
            for (int i = 0; i < count; i++) {
                t[k + i][j] -= tau * v[i] * dot;
            }
        }
    }

    private static void reflectColumns(
            double[][] a, int rows, int k, int count, double[] v, double tau) {
        for (int r = 0; r < rows; r++) {
            double[] row = a[r];
            double dot = 0;
            for (int i = 0; i < count; i++) {
                dot += row[k + i] * v[i];
            }
            for (int i = 0; i < count; i++) {
                row[k + i] -= tau * dot * v[i];
            }
        }
    }

    double[][] triangle() {
        return t;
    }

    /** Z by rows. */
    double[][] vectors() {
        return z;
    }

    /** The Frobenius norm. */
    double norm() {
        return norm;
    }
}
