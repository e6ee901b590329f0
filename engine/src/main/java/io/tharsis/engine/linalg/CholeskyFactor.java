package io.tharsis.engine.linalg;

import io.tharsis.linalg.LinAlgException;

/**
 * {@code A = L Lᵀ} of a symmetric positive definite matrix, whose lower triangle alone is read.
 * Right-looking, four columns at a time (Golub and Van Loan, Matrix Computations, 4.2).
 */
final class CholeskyFactor {
    private static final int BLOCK = 4;

    private CholeskyFactor() {}

    /**
     * L by rows; the upper triangle is 0.
     *
     * @param first number of the first pivot, for the message
     * @throws LinAlgException at a pivot that is not positive; one that is NaN passes on
     */
    static double[][] lower(double[][] a, long first) {
        int n = a.length;
        double[][] u = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                u[j][i] = a[i][j];
            }
        }
        int failed = upper(u, n);
        if (failed >= 0) {
            throw new LinAlgException(
                    "cholesky: the matrix is not positive definite: pivot "
                            + (first + failed)
                            + " is "
                            + u[failed][failed]
                            + "; use lu, or eigh to see its eigenvalues");
        }
        return Lanes.transpose(u, n);
    }

    /**
     * Turns the upper triangle of a symmetric matrix into R with {@code A = Rᵀ R}; answers the
     * number of the first pivot that is not positive, which stays in its place, or -1.
     */
    static int upper(double[][] u, int n) {
        double[] factors = new double[BLOCK];
        for (int k = 0; k < n; k += BLOCK) {
            int end = Math.min(n, k + BLOCK);
            for (int i = k; i < end; i++) {
                double[] row = u[i];
                for (int p = k; p < i; p++) {
                    Lanes.add(row, -u[p][i], u[p], i, n);
                }
                double pivot = row[i];
                if (pivot <= 0) {
                    return i;
                }
                double root = Math.sqrt(pivot);
                row[i] = root;
                for (int j = i + 1; j < n; j++) {
                    row[j] /= root;
                }
            }
            for (int i = end; i < n; i++) {
                for (int p = k; p < end; p++) {
                    factors[p - k] = u[p][i];
                }
                Lanes.subtract(u[i], factors, 0, u, k, end - k, i, n);
            }
        }
        return -1;
    }
}
