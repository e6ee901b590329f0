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
    private final Ring ring;

    /** Row i holds columns {@code i - 2 band + 1} to {@code i + 2 band - 1}. */
    private final double[][] rows;

    /**
     * @param lower row i holds columns {@code i - 2 band + 1} to i
     */
    BandChase(int n, int band, double[][] lower) {
        this.n = n;
        this.band = band;
        ring = new Ring(4 * band);
        rows = new double[n][];
        for (int i = 0; i < n; i++) {
            rows[i] = ring.line();
            int skipped = Math.max(0, 2 * band - 1 - i);
            ring.store(lower[i], skipped, rows[i], i - 2 * band + 1 + skipped, i + 1);
            for (int j = Math.max(0, i - 2 * band + 1); j < i; j++) {
                rows[j][ring.at(i)] = rows[i][ring.at(j)];
            }
        }
    }

    /** What the constructor takes. */
    double[][] lower() {
        double[][] lower = new double[n][2 * band];
        for (int i = 0; i < n; i++) {
            int skipped = Math.max(0, 2 * band - 1 - i);
            ring.load(rows[i], i - 2 * band + 1 + skipped, i + 1, lower[i], skipped);
        }
        return lower;
    }

    int steps(int sweep) {
        return Math.ceilDiv(n - 1 - sweep, band);
    }

    /** Memory of one thread. */
    final class Worker {
        private final double[] dense = new double[band];
        private final double[] v = ring.line();
        private final double[] w = ring.line();
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
            ring.load(rows[column], from, to, dense, 0);
            reflector.make(dense, 0, length);
            double tau = reflector.tau();
            if (tau == 0) {
                return;
            }
            ring.store(dense, 0, v, from, to);
            if (reflectors != null) {
                System.arraycopy(dense, 0, reflectors, from, length);
            }
            for (int i = from; i < to; i++) {
                double x = i == from ? reflector.beta() : 0;
                rows[i][ring.at(column)] = x;
                rows[column][ring.at(i)] = x;
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
            ring.clear(w, left, right);
            ring.addAll(w, v, rows, from, to, left, right);
            for (int i = from; i < to; i++) {
                ring.add(rows[i], -tau * v[ring.at(i)], w, left, right);
            }
            for (int j = left; j < right; j++) {
                ring.add(rows[j], -tau * w[ring.at(j)], v, from, to);
            }
        }

        /** {@code H A H} as {@code A - v wᵀ - w vᵀ}. */
        private void fromBothSides(int from, int to, double tau) {
            ring.clear(w, from, to);
            ring.addAll(w, v, rows, from, to, from, to);
            double half = 0.5 * tau * ring.dot(w, v, from, to);
            ring.add(w, -half, v, from, to);
            for (int i = from; i < to; i++) {
                double vi = tau * v[ring.at(i)];
                double wi = tau * w[ring.at(i)];
                ring.add(rows[i], -vi, w, -wi, v, from, to);
            }
        }
    }
}
