package io.tharsis.engine.linalg;

import io.tharsis.linalg.LinAlgException;

import java.util.Arrays;

/**
 * Eigenvalues and vectors of a matrix whose eigenvalues are real: balancing (Parlett and Reinsch,
 * 1969), {@link RealSchur}, and back substitution. Values stand in the order the iteration leaves
 * them in; vectors have length 1, and their largest element, the first among equals, is positive.
 */
final class RealEigen {
    /** Exponents of elements up to which nothing is scaled. */
    private static final int MODERATE = 200;

    private final double[] values;
    private final double[][] vectors;

    /**
     * @param a by rows; overwritten
     * @throws LinAlgException if eigenvalues are complex or an element is not finite
     */
    RealEigen(double[][] a, boolean wantsVectors) {
        int n = a.length;
        int exponent = moderate(a);
        double[] scale = balance(a);
        var schur = new RealSchur(a, wantsVectors);
        values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = Math.scalb(a[i][i], exponent);
        }
        vectors = wantsVectors ? new double[n][n] : new double[n][0];
        if (wantsVectors) {
            for (int k = 0; k < n; k++) {
                vector(schur, k, scale);
            }
        }
    }

    /**
     * Divides by a power of two what is so large or small that squares would overflow or vanish.
     *
     * @return its exponent
     */
    private static int moderate(double[][] a) {
        double largest = 0;
        for (double[] row : a) {
            for (double x : row) {
                if (!Double.isFinite(x)) {
                    throw new LinAlgException(
                            "eig: the matrix holds " + x + "; it must not hold infs or NaNs");
                }
                largest = Math.max(largest, Math.abs(x));
            }
        }
        int exponent = largest == 0 ? 0 : Math.getExponent(largest);
        if (Math.abs(exponent) <= MODERATE) {
            return 0;
        }
        for (double[] row : a) {
            for (int j = 0; j < row.length; j++) {
                row[j] = Math.scalb(row[j], -exponent);
            }
        }
        return exponent;
    }

    /** Powers of two that make rows and columns alike: {@code D⁻¹ A D}; answers D. */
    private static double[] balance(double[][] a) {
        int n = a.length;
        double[] scale = new double[n];
        Arrays.fill(scale, 1);
        boolean changed = true;
        for (int round = 0; changed && round < 64; round++) {
            changed = false;
            for (int i = 0; i < n; i++) {
                double row = 0;
                double column = 0;
                for (int j = 0; j < n; j++) {
                    if (j != i) {
                        row += Math.abs(a[i][j]);
                        column += Math.abs(a[j][i]);
                    }
                }
                if (row == 0 || column == 0) {
                    continue;
                }
                int steps = Math.round((Math.getExponent(row) - Math.getExponent(column)) / 2f);
                double factor = Math.scalb(1.0, steps);
                if (steps != 0 && column * factor + row / factor < 0.95 * (column + row)) {
                    changed = true;
                    scale[i] *= factor;
                    for (int j = 0; j < n; j++) {
                        a[i][j] /= factor;
                        a[j][i] *= factor;
                    }
                }
            }
        }
        return scale;
    }

    private void vector(RealSchur schur, int k, double[] scale) {
        double[][] t = schur.triangle();
        int n = t.length;
        double least = Math.max(0x1p-53 * schur.norm(), Double.MIN_NORMAL);
        double[] x = new double[n];
        x[k] = 1;
        for (int i = k - 1; i >= 0; i--) {
            double gap = t[i][i] - t[k][k];
            gap = Math.abs(gap) < least ? least : gap;
            x[i] = -Lanes.dot(t[i], x, i + 1, k + 1) / gap;
            if (Math.abs(x[i]) > 0x1p500) {
                Lanes.scale(x, 0x1p-500, 0, k + 1);
            }
        }
        double[] vector = vectors[k];
        for (int i = 0; i < n; i++) {
            vector[i] = scale[i] * Lanes.dot(schur.vectors()[i], x, 0, k + 1);
        }
        double length = Lanes.norm(vector, 0, n);
        Lanes.scale(vector, (Signs.isNegative(vector) ? -1 : 1) / length, 0, n);
    }

    double[] values() {
        return values;
    }

    /** Vectors, one a row. */
    double[][] vectors() {
        return vectors;
    }
}
