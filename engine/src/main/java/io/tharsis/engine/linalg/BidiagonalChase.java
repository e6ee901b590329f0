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

    /** Row i holds columns {@code i - band} to {@code i + 2 band - 1}. */
    private final double[][] rows;

    /** Column j holds rows {@code j - 2 band + 1} to {@code j + band}. */
    private final double[][] columns;

    /**
     * @param rows row i holds columns {@code i - band} to {@code i + 2 band - 1}; kept
     */
    BidiagonalChase(int n, int band, double[][] rows) {
        this.n = n;
        this.band = band;
        this.rows = rows;
        columns = new double[n][3 * band];
        for (int i = 0; i < n; i++) {
            for (int j = Math.max(0, i - band); j < Math.min(n, i + 2 * band); j++) {
                columns[j][inColumn(i, j)] = rows[i][inRow(i, j)];
            }
        }
    }

    private int inRow(int i, int j) {
        return j - i + band;
    }

    private int inColumn(int i, int j) {
        return i - j + 2 * band - 1;
    }

    /** What the constructor takes. */
    double[][] rows() {
        return rows;
    }

    int steps(int sweep) {
        return Math.ceilDiv(n - 1 - sweep, band);
    }

    /** Memory of one thread. */
    final class Worker {
        private final double[] v = new double[band];
        private final double[] w = new double[2 * band];
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
            reflectColumns(t == 0 ? sweep : from - band, from, to, right);
            reflectRows(from, to, left);
        }

        /** So that row {@code first} ends at column {@code from}. */
        private void reflectColumns(int first, int from, int to, double[] reflectors) {
            int length = to - from;
            System.arraycopy(rows[first], inRow(first, from), v, 0, length);
            reflector.make(v, 0, length);
            double tau = reflector.tau();
            if (tau == 0) {
                return;
            }
            if (reflectors != null) {
                System.arraycopy(v, 0, reflectors, from, length);
            }
            for (int j = from; j < to; j++) {
                double x = j == from ? reflector.beta() : 0;
                rows[first][inRow(first, j)] = x;
                columns[j][inColumn(first, j)] = x;
            }
            int top = first + 1;
            int count = to - top;
            clear(count);
            for (int j = from; j < to; j++) {
                add(w, 0, v[j - from], columns[j], inColumn(top, j), count);
            }
            for (int j = from; j < to; j++) {
                add(columns[j], inColumn(top, j), -tau * v[j - from], w, 0, count);
            }
            for (int i = top; i < to; i++) {
                add(rows[i], inRow(i, from), -tau * w[i - top], v, 0, length);
            }
        }

        /** So that column {@code from} ends at row {@code from}. */
        private void reflectRows(int from, int to, double[] reflectors) {
            int length = to - from;
            System.arraycopy(columns[from], inColumn(from, from), v, 0, length);
            reflector.make(v, 0, length);
            double tau = reflector.tau();
            if (tau == 0) {
                return;
            }
            if (reflectors != null) {
                System.arraycopy(v, 0, reflectors, from, length);
            }
            for (int i = from; i < to; i++) {
                double x = i == from ? reflector.beta() : 0;
                columns[from][inColumn(i, from)] = x;
                rows[i][inRow(i, from)] = x;
            }
            int second = from + 1;
            int right = Math.min(to + band, n);
            int count = right - second;
            clear(count);
            for (int i = from; i < to; i++) {
                add(w, 0, v[i - from], rows[i], inRow(i, second), count);
            }
            for (int i = from; i < to; i++) {
                add(rows[i], inRow(i, second), -tau * v[i - from], w, 0, count);
            }
            for (int j = second; j < right; j++) {
                add(columns[j], inColumn(from, j), -tau * w[j - second], v, 0, length);
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
}
