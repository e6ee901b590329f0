package io.tharsis.engine.linalg;

/**
 * A symmetric band matrix on its way to tridiagonal form, by reflectors that chase each column's
 * bulge down the band (Lang, A parallel algorithm for reducing symmetric banded matrices to
 * tridiagonal form, 1993). Sweep s makes column s; its step t reflects the {@code band} rows from
 * {@code s + 1 + t * band} on.
 *
 * <p>Both triangles are kept, so that every inner loop runs along a row and no sum does.
 */
final class BandChase {
    private final int n;
    private final int band;

    /** Row i holds columns {@code i - 2 band + 1} to {@code i + 2 band - 1}; (i, i) at 2 band. */
    private final double[][] rows;

    /**
     * @param lower row i holds columns {@code i - 2 band + 1} to i
     */
    BandChase(int n, int band, double[][] lower) {
        this.n = n;
        this.band = band;
        rows = new double[n][4 * band];
        for (int i = 0; i < n; i++) {
            System.arraycopy(lower[i], 0, rows[i], 1, 2 * band);
            for (int j = Math.max(0, i - 2 * band + 1); j < i; j++) {
                rows[j][at(j, i)] = rows[i][at(i, j)];
            }
        }
    }

    private int at(int i, int j) {
        return j - i + 2 * band;
    }

    /** What the constructor takes. */
    double[][] lower() {
        double[][] lower = new double[n][2 * band];
        for (int i = 0; i < n; i++) {
            System.arraycopy(rows[i], 1, lower[i], 0, 2 * band);
        }
        return lower;
    }

    int steps(int sweep) {
        return Math.ceilDiv(n - 1 - sweep, band);
    }

    /** Memory of one thread. */
    final class Worker {
        private final double[] v = new double[band];
        private final double[] w = new double[band];
        private final Reflector reflector = new Reflector();

        /**
         * Step {@code t} of a sweep.
         *
         * @param reflectors where v goes, from the element of its first row on; null if nowhere
         */
        void step(int sweep, int t, double[] reflectors) {
            int from = sweep + 1 + t * band;
            int to = Math.min(from + band, n);
            int column = t == 0 ? sweep : from - band;
            int length = to - from;
            for (int i = 0; i < length; i++) {
                v[i] = rows[from + i][at(from + i, column)];
            }
            reflector.make(v, 0, length);
            double tau = reflector.tau();
            if (tau == 0) {
                return;
            }
            if (reflectors != null) {
                System.arraycopy(v, 0, reflectors, from, length);
            }
            double[] first = rows[column];
            for (int i = 0; i < length; i++) {
                double x = i == 0 ? reflector.beta() : 0;
                rows[from + i][at(from + i, column)] = x;
                first[at(column, from + i)] = x;
            }
            if (t > 0) {
                fromLeft(from, to, column + 1, from, tau);
            }
            fromBothSides(from, to, tau);
            if (to < n) {
                fromLeft(from, to, to, Math.min(to + band, n), tau);
            }
        }

        /** {@code H} on rows from to to of columns left to right, and the mirror image. */
        private void fromLeft(int from, int to, int left, int right, double tau) {
            int width = right - left;
            clear(width);
            for (int i = from; i < to; i++) {
                add(w, 0, v[i - from], rows[i], at(i, left), width);
            }
            for (int i = from; i < to; i++) {
                add(rows[i], at(i, left), -tau * v[i - from], w, 0, width);
            }
            for (int j = left; j < right; j++) {
                add(rows[j], at(j, from), -tau * w[j - left], v, 0, to - from);
            }
        }

        private void fromBothSides(int from, int to, double tau) {
            int length = to - from;
            clear(length);
            for (int i = from; i < to; i++) {
                add(w, 0, tau * v[i - from], rows[i], at(i, from), length);
            }
            Lanes.add(w, -0.5 * tau * Lanes.dot(w, v, 0, length), v, 0, length);
            for (int i = 0; i < length; i++) {
                add2(rows[from + i], at(from + i, from), -v[i], w, -w[i], v, length);
            }
        }

        private void clear(int length) {
            for (int i = 0; i < length; i++) {
                w[i] = 0;
            }
        }
    }

    /** {@code y[at..] += f * x[first..]}. */
    private static void add(double[] y, int at, double f, double[] x, int first, int count) {
        for (int i = 0; i < count; i++) {
            y[at + i] += f * x[first + i];
        }
    }

    private static void add2(
            double[] y, int at, double f0, double[] x0, double f1, double[] x1, int count) {
        for (int i = 0; i < count; i++) {
            y[at + i] += f0 * x0[i] + f1 * x1[i];
        }
    }
}
