package io.tharsis.engine.linalg;

import io.tharsis.linalg.LinAlgException;

/** Systems with a triangular matrix, solved in place by rows of the right-hand side. */
final class Triangles {
    private Triangles() {}

    /** {@code X = L⁻¹ X}, columns {@code from} to {@code to}. */
    static void solveLower(double[][] l, boolean unit, double[][] x, int from, int to) {
        int n = l.length;
        for (int i = 0; i < n; i++) {
            Lanes.subtract(x[i], l[i], 0, x, 0, i, from, to);
            if (!unit) {
                divide(x[i], l[i][i], from, to);
            }
        }
    }

    /** {@code X = U⁻¹ X}, columns {@code from} to {@code to}. */
    static void solveUpper(double[][] u, boolean unit, double[][] x, int from, int to) {
        int n = u.length;
        for (int i = n - 1; i >= 0; i--) {
            Lanes.subtract(x[i], u[i], i + 1, x, i + 1, n - 1 - i, from, to);
            if (!unit) {
                divide(x[i], u[i][i], from, to);
            }
        }
    }

    private static void divide(double[] x, double divisor, int from, int to) {
        for (int j = from; j < to; j++) {
            x[j] /= divisor;
        }
    }

    /**
     * Throws if a diagonal element is 0.
     *
     * @param first the number of the first one, for the message
     */
    static void requireRegular(String function, double[][] triangle, long first) {
        for (int i = 0; i < triangle.length; i++) {
            if (triangle[i][i] == 0) {
                throw new LinAlgException(
                        function
                                + ": the matrix is singular: pivot "
                                + (first + i)
                                + " is 0; use lstsq or pinv");
            }
        }
    }
}
