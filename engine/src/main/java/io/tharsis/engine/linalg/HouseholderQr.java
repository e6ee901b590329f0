package io.tharsis.engine.linalg;

import java.util.Arrays;

/**
 * {@code A = Q R} by Householder reflectors (Golub and Van Loan, Matrix Computations, 5.2), held by
 * columns. R's diagonal is made not negative, so that Q and R of a matrix of full rank are the only
 * ones, however they are computed.
 */
final class HouseholderQr {
    private final double[][] columns;
    private final int rows;
    private final int steps;
    private final double[] tau;
    private final double[] diagonal;
    private final double[] dots = new double[4];

    /**
     * Factors at once.
     *
     * @param columns of A, each with {@code rows} elements at least; overwritten
     */
    HouseholderQr(double[][] columns, int rows) {
        this.columns = columns;
        this.rows = rows;
        this.steps = Math.min(rows, columns.length);
        this.tau = new double[steps];
        this.diagonal = new double[steps];
        var reflector = new Reflector();
        for (int k = 0; k < steps; k++) {
            reflector.make(columns[k], k, rows);
            tau[k] = reflector.tau();
            diagonal[k] = reflector.beta();
            apply(k, columns, k + 1, columns.length);
        }
    }

    /** {@code H_k} on columns {@code from} to {@code to} of {@code x}. */
    private void apply(int k, double[][] x, int from, int to) {
        double factor = tau[k];
        if (factor == 0) {
            return;
        }
        double[] v = columns[k];
        int j = from;
        for (; j + 4 <= to; j += 4) {
            Lanes.dot4(v, x[j], x[j + 1], x[j + 2], x[j + 3], k, rows, dots);
            for (int i = 0; i < 4; i++) {
                Lanes.add(x[j + i], -factor * dots[i], v, k, rows);
            }
        }
        for (; j < to; j++) {
            Lanes.add(x[j], -factor * Lanes.dot(v, x[j], k, rows), v, k, rows);
        }
    }

    private double sign(int k) {
        return diagonal[k] < 0 ? -1 : 1;
    }

    /** R by rows, {@code min(rows, columns)} of them. */
    double[][] r() {
        double[][] r = new double[steps][columns.length];
        for (int k = 0; k < steps; k++) {
            double sign = sign(k);
            r[k][k] = sign * diagonal[k];
            for (int j = k + 1; j < columns.length; j++) {
                r[k][j] = sign * columns[j][k];
            }
        }
        return r;
    }

    /** {@code Q x} in place; x by columns with {@code rows} elements. */
    void applyQ(double[][] x) {
        for (double[] column : x) {
            for (int k = 0; k < steps; k++) {
                column[k] *= sign(k);
            }
        }
        for (int k = steps - 1; k >= 0; k--) {
            apply(k, x, 0, x.length);
        }
    }

    /** {@code Qᵀ x} in place. */
    void applyTransposed(double[][] x) {
        for (int k = 0; k < steps; k++) {
            apply(k, x, 0, x.length);
        }
        for (double[] column : x) {
            for (int k = 0; k < steps; k++) {
                column[k] *= sign(k);
            }
        }
    }

    /** The first {@code count} columns of Q. */
    double[][] q(int count) {
        double[][] q = new double[count][rows];
        for (int j = 0; j < count; j++) {
            q[j][j] = j < steps ? sign(j) : 1;
        }
        // column j is still zero above j when H_k with k > j meets it
        for (int k = steps - 1; k >= 0; k--) {
            apply(k, q, Math.min(k, count), count);
        }
        return q;
    }

    /** Row i of V, whose column k is reflector k: a unit lower triangle. */
    double[][] reflectors() {
        double[][] v = new double[steps][rows];
        for (int k = 0; k < steps; k++) {
            System.arraycopy(columns[k], k, v[k], k, rows - k);
        }
        return Lanes.transpose(v, rows);
    }

    /** R as the reflectors made it, its diagonal of either sign. */
    double[][] unsignedR() {
        double[][] r = r();
        for (int k = 0; k < steps; k++) {
            if (sign(k) < 0) {
                Lanes.scale(r[k], -1, k, columns.length);
            }
        }
        return r;
    }

    /**
     * The upper triangle T with {@code H_0 H_1 ... = I - V T Vᵀ} (Schreiber and Van Loan, A
     * storage-efficient WY representation, 1989).
     */
    double[][] blockReflector() {
        double[][] t = new double[steps][steps];
        double[] products = new double[steps];
        for (int k = 0; k < steps; k++) {
            for (int p = 0; p < k; p++) {
                products[p] = Lanes.dot(columns[p], columns[k], k, rows);
            }
            for (int p = 0; p < k; p++) {
                t[p][k] = -tau[k] * Lanes.dot(t[p], products, p, k);
            }
            t[k][k] = tau[k];
            Arrays.fill(products, 0, k, 0);
        }
        return t;
    }
}
