package io.tharsis.engine.linalg;

/**
 * An upper band matrix on its way to upper bidiagonal form, by reflectors from the right and from
 * the left in turns that chase each row's bulge down the band (Lang, Parallel reduction of banded
 * matrices to bidiagonal form, 1996). Sweep s makes row s; its step t reflects the {@code band}
 * columns, and then the {@code band} rows, from {@code s + 1 + t * band} on.
 */
final class BidiagonalChase {
    private final int n;
    private final int band;
    private final Ring ring;

    /** Row i holds columns {@code i - band} to {@code i + 2 band - 1}. */
    private final double[][] rows;

    /** Column j holds rows {@code j - 2 band + 1} to {@code j + band}. */
    private final double[][] columns;

    /**
     * @param dense row i holds columns {@code i - band} to {@code i + 2 band - 1}
     */
    BidiagonalChase(int n, int band, double[][] dense) {
        this.n = n;
        this.band = band;
        ring = new Ring(3 * band);
        rows = new double[n][];
        columns = new double[n][];
        for (int i = 0; i < n; i++) {
            rows[i] = ring.line();
            columns[i] = ring.line();
        }
        for (int i = 0; i < n; i++) {
            int first = first(i);
            ring.store(dense[i], first - i + band, rows[i], first, end(i));
            for (int j = first; j < end(i); j++) {
                columns[j][ring.at(i)] = rows[i][ring.at(j)];
            }
        }
    }

    private int first(int row) {
        return Math.max(0, row - band);
    }

    private int end(int row) {
        return Math.min(n, row + 2 * band);
    }

    /** What the constructor takes. */
    double[][] rows() {
        double[][] dense = new double[n][3 * band];
        for (int i = 0; i < n; i++) {
            ring.load(rows[i], first(i), end(i), dense[i], first(i) - i + band);
        }
        return dense;
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
     * @param left where the reflector of rows goes, from the element of its first row on; null if
     *     nowhere
     * @param right likewise that of columns
     */
    void step(RingReflector reflector, int sweep, int t, double[] left, double[] right) {
        int from = sweep + 1 + t * band;
        int to = Math.min(from + band, n);
        int row = t == 0 ? sweep : from - band;
        if (reflector.make(rows, columns, row, from, to, right)) {
            reflector.apply(rows, columns, row + 1, to);
        }
        if (reflector.make(columns, rows, from, from, to, left)) {
            reflector.apply(columns, rows, from + 1, Math.min(to + band, n));
        }
    }
}
