package io.tharsis.engine.linalg;

/**
 * An upper band matrix on its way to upper bidiagonal form, by reflectors from the right and from
 * the left in turns that chase each row's bulge down the band (Lang, Parallel reduction of banded
 * matrices to bidiagonal form, 1996). Sweep s makes row s; its step t reflects the {@code band}
 * columns, and then the {@code band} rows, from {@code s + 1 + t * band} on.
 *
 * <p>Rows and columns are both kept, so that every inner loop runs along one of them and no sum
 * does.
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

    /** Memory of one thread. */
    final class Worker {
        private final double[] dense = new double[band];
        private final double[] v = ring.line();
        private final double[] w = ring.line();
        private final Reflector reflector = new Reflector();

        /**
         * Step {@code t} of a sweep.
         *
         * @param left where the reflector of rows goes, from the element of its first row on; null
         *     if nowhere
         * @param right likewise that of columns
         */
        void step(int sweep, int t, double[] left, double[] right) {
            int from = sweep + 1 + t * band;
            int to = Math.min(from + band, n);
            int row = t == 0 ? sweep : from - band;
            // so that the row ends at column from, and that column at row from
            reflect(rows, columns, row, from, to, to, right);
            reflect(columns, rows, from, from, to, Math.min(to + band, n), left);
        }

        /**
         * Makes elements from to to of a line, but for the first one, 0 by a reflection of the
         * lines across it, and reflects lines up to {@code last} with it.
         *
         * @param lines the line's own kind
         * @param across the other kind
         */
        private void reflect(
                double[][] lines,
                double[][] across,
                int line,
                int from,
                int to,
                int last,
                double[] reflectors) {
            int length = to - from;
            ring.load(lines[line], from, to, dense, 0);
            reflector.make(dense, 0, length);
            double tau = reflector.tau();
            if (tau == 0) {
                return;
            }
            ring.store(dense, 0, v, from, to);
            if (reflectors != null) {
                System.arraycopy(dense, 0, reflectors, from, length);
            }
            for (int k = from; k < to; k++) {
                double x = k == from ? reflector.beta() : 0;
                lines[line][ring.at(k)] = x;
                across[k][ring.at(line)] = x;
            }
            int next = line + 1;
            ring.clear(w, next, last);
            ring.addAll(w, v, across, from, to, next, last);
            for (int k = from; k < to; k++) {
                ring.add(across[k], -tau * v[ring.at(k)], w, next, last);
            }
            for (int i = next; i < last; i++) {
                ring.add(lines[i], -tau * w[ring.at(i)], v, from, to);
            }
        }
    }
}
