package io.tharsis.engine.linalg;

import io.tharsis.linalg.LinAlgException;

/**
 * Singular values and vectors of a square upper bidiagonal matrix by implicit QR with shifts that
 * are 0 when they would not matter (Golub and Van Loan, 8.6; Demmel and Kahan, Accurate singular
 * values of bidiagonal matrices, 1990). Values descend.
 */
final class BidiagonalQr {
    private static final double EPSILON = 0x1p-53;
    private static final int SWEEPS_PER_VALUE = 60;

    private final int n;
    private final double[] d;
    private final double[] e;
    private final double[][] left;
    private final double[][] right;

    /**
     * @param d the diagonal, of magnitudes about 1 at most, all finite; becomes the values
     * @param e what stands above it, one element fewer or more; overwritten
     * @param left vectors, one a row, rotated along: the identity, or what made the matrix
     *     bidiagonal from the left; rows of length 0 if none are wanted
     * @param right likewise; rows after the n-th stay as they are
     */
    BidiagonalQr(double[] d, double[] e, double[][] left, double[][] right) {
        n = d.length;
        this.d = d;
        this.e = e;
        this.left = left;
        this.right = right;
        iterate();
        order();
    }

    private void iterate() {
        int hi = n - 1;
        long budget = (long) SWEEPS_PER_VALUE * Math.max(n, 1);
        while (hi > 0) {
            int lo = blockStart(hi);
            if (lo == hi) {
                hi--;
            } else if (budget-- > 0) {
                step(lo, hi);
            } else {
                throw new LinAlgException("svd did not converge after " + n + " values");
            }
        }
    }

    /** The first row of the last block without a negligible {@code e}. */
    private int blockStart(int hi) {
        int lo = hi;
        while (lo > 0) {
            double neighbours = Math.abs(d[lo - 1]) + Math.abs(d[lo]);
            if (Math.abs(e[lo - 1]) <= EPSILON * neighbours || Math.abs(e[lo - 1]) < 0x1p-1000) {
                e[lo - 1] = 0;
                break;
            }
            lo--;
        }
        return lo;
    }

    private void step(int lo, int hi) {
        double shift = shift(lo, hi);
        double f = shift == 0 ? d[lo] : (Math.abs(d[lo]) - shift) * (sign(d[lo]) + shift / d[lo]);
        double g = e[lo];
        for (int k = lo; k < hi; k++) {
            double r = Math.hypot(f, g);
            double c = r == 0 ? 1 : f / r;
            double s = r == 0 ? 0 : g / r;
            if (k > lo) {
                e[k - 1] = r;
            }
            f = c * d[k] + s * e[k];
            e[k] = c * e[k] - s * d[k];
            g = s * d[k + 1];
            d[k + 1] *= c;
            Lanes.rotate(right[k], right[k + 1], c, s, 0, right[k].length);
            r = Math.hypot(f, g);
            c = r == 0 ? 1 : f / r;
            s = r == 0 ? 0 : g / r;
            d[k] = r;
            f = c * e[k] + s * d[k + 1];
            d[k + 1] = c * d[k + 1] - s * e[k];
            if (k < hi - 1) {
                g = s * e[k + 1];
                e[k + 1] *= c;
            }
            Lanes.rotate(left[k], left[k + 1], c, s, 0, left[k].length);
        }
        e[hi - 1] = f;
    }

    private static double sign(double x) {
        return Math.copySign(1, x);
    }

    /** The smaller singular value of the last two rows; 0 if a row is, or if it is negligible. */
    private double shift(int lo, int hi) {
        for (int k = lo; k <= hi; k++) {
            if (d[k] == 0) {
                return 0;
            }
        }
        double shift = smaller(Math.abs(d[hi - 1]), Math.abs(e[hi - 1]), Math.abs(d[hi]));
        double ratio = shift / Math.abs(d[lo]);
        return ratio * ratio < EPSILON ? 0 : shift;
    }

    /** Of {@code [[f, g], [0, h]]}, as LAPACK's las2. */
    private static double smaller(double f, double g, double h) {
        double least = Math.min(f, h);
        double most = Math.max(f, h);
        if (least == 0) {
            return 0;
        }
        double sum = 1 + least / most;
        double difference = (most - least) / most;
        if (g < most) {
            double ratio = g / most * (g / most);
            return least
                    * (2
                            / (Math.sqrt(sum * sum + ratio)
                                    + Math.sqrt(difference * difference + ratio)));
        }
        double ratio = most / g;
        if (ratio == 0) {
            return least * most / g;
        }
        double a = sum * ratio;
        double b = difference * ratio;
        return 2 * (least * (1 / (Math.sqrt(1 + a * a) + Math.sqrt(1 + b * b)))) * ratio;
    }

    private void order() {
        for (int k = 0; k < n; k++) {
            if (d[k] < 0) {
                d[k] = -d[k];
                Lanes.scale(right[k], -1, 0, right[k].length);
            }
            d[k] += 0.0;
        }
        for (int k = 0; k < n; k++) {
            int best = k;
            for (int i = k + 1; i < n; i++) {
                best = d[i] > d[best] ? i : best;
            }
            double value = d[best];
            d[best] = d[k];
            d[k] = value;
            Signs.swap(left, k, best);
            Signs.swap(right, k, best);
        }
    }
}
