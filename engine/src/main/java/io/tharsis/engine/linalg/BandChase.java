package io.tharsis.engine.linalg;

/**
 * A symmetric band matrix on its way to tridiagonal form, by reflectors that chase each column's
 * bulge down the band (Lang, A parallel algorithm for reducing symmetric banded matrices to
 * tridiagonal form, 1993). Sweep s makes column s; its step t reflects the {@code band} rows from
 * {@code s + 1 + t * band} on.
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

    /** What one thread works with. */
    RingReflector reflector() {
        return new RingReflector(ring, band);
    }

    /**
     * Step {@code t} of a sweep.
     *
     * @param reflectors where the reflector goes, from the element of its first row on; null if
     *     nowhere
     */
    void step(RingReflector reflector, int sweep, int t, double[] reflectors) {
        int from = sweep + 1 + t * band;
        int to = Math.min(from + band, n);
        int column = t == 0 ? sweep : from - band;
        if (reflector.make(rows, rows, column, from, to, reflectors)) {
            reflector.apply(rows, rows, column + 1, from);
            reflector.applyBothSides(rows);
            reflector.apply(rows, rows, to, Math.min(to + band, n));
        }
    }
}
