package io.tharsis.engine.linalg;

import io.tharsis.linalg.LinAlgException;

/**
 * Singular values and vectors of a square upper bidiagonal matrix by implicit QR with shifts that
 * are 0 when they would not matter (Golub and Van Loan, 8.6; Demmel and Kahan, Accurate singular
 * values of bidiagonal matrices, 1990). Values descend.
 */
final class BidiagonalQr {
    private static final double EPSILON = 0x1p-53;

    /** Elements below count as 0: quotients of smaller ones have too few bits for a rotation. */
    static final double TINY = 0x1p-1000;

    private static final int SWEEPS_PER_VALUE = 60;

    private final int n;
    private final double[] d;
    private final double[] e;
    private final double[][] left;
    private final double[][] right;
    private final Runnable pause;

    /**
     * @param d the diagonal, of magnitudes about 1 at most, all finite; becomes the values
     * @param e what stands above it, one element fewer or more; overwritten
     * @param left vectors, one a row, rotated along: the identity, or what made the matrix
     *     bidiagonal from the left; rows of length 0 if none are wanted
     * @param right likewise; rows after the n-th stay as they are
     * @param pause run before each sweep; may throw
     */
    BidiagonalQr(double[] d, double[] e, double[][] left, double[][] right, Runnable pause) {
        n = d.length;
        this.d = d;
        this.e = e;
        this.left = left;
        this.right = right;
        this.pause = pause;
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
                pause.run();
                step(lo, hi);
            } else {
                throw new LinAlgException(
                        "svd did not converge: a bidiagonal form of " + n + " rows");
            }
        }
    }

    /** The first row of the last block without a negligible {@code e}. */
    private int blockStart(int hi) {
        int lo = hi;
        while (lo > 0) {
            double neighbours = Math.abs(d[lo - 1]) + Math.abs(d[lo]);
            if (Math.abs(e[lo - 1]) <= EPSILON * neighbours || Math.abs(e[lo - 1]) < TINY) {
                e[lo - 1] = 0;
                break;
            }
            lo--;
        }
        return lo;
    }

    /**
     * A sweep from the larger end, since what is tiny there would lose the shift. Upwards, rows and
     * columns change their roles.
     */
    private void step(int lo, int hi) {
        boolean up = Math.abs(d[lo]) < Math.abs(d[hi]);
        int first = up ? hi : lo;
        int last = up ? lo : hi;
        int way = up ? -1 : 1;
        int beside = up ? -1 : 0;
        double[][] rows = up ? right : left;
        double[][] columns = up ? left : right;
        double shift = shift(lo, hi, first, last, way, beside);
        double f =
                shift == 0
                        ? d[first]
                        : (Math.abs(d[first]) - shift) * (sign(d[first]) + shift / d[first]);
        double g = e[first + beside];
        for (int k = first; k != last; k += way) {
            int next = k + way;
            int at = k + beside;
            double r = Math.hypot(f, g);
            double c = r < TINY ? 1 : f / r;
            double s = r < TINY ? 0 : g / r;
            if (k != first) {
                e[at - way] = r;
            }
            f = c * d[k] + s * e[at];
            e[at] = c * e[at] - s * d[k];
            g = s * d[next];
            d[next] *= c;
            Lanes.rotate(columns[k], columns[next], c, s, 0, columns[k].length);
            r = Math.hypot(f, g);
            c = r < TINY ? 1 : f / r;
            s = r < TINY ? 0 : g / r;
            d[k] = r;
            f = c * e[at] + s * d[next];
            d[next] = c * d[next] - s * e[at];
            if (next != last) {
                g = s * e[at + way];
                e[at + way] *= c;
            }
            Lanes.rotate(rows[k], rows[next], c, s, 0, rows[k].length);
        }
        e[last - way + beside] = f;
    }

    private static double sign(double x) {
        return Math.copySign(1, x);
    }

    /** The smaller singular value of the last two rows; 0 if a row is, or if it is negligible. */
    private double shift(int lo, int hi, int first, int last, int way, int beside) {
        for (int k = lo; k <= hi; k++) {
            if (d[k] == 0) {
                return 0;
            }
        }
        double shift =
                smaller(
                        Math.abs(d[last - way]),
                        Math.abs(e[last - way + beside]),
                        Math.abs(d[last]));
        double ratio = shift / Math.abs(d[first]);
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
        SortedValues.sort(d, -1, left, right);
    }
}
