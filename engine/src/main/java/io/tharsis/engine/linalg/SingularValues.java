package io.tharsis.engine.linalg;

import io.tharsis.linalg.LinAlgException;

/**
 * The singular value decomposition of a square matrix: Householder bidiagonalization, then {@link
 * BidiagonalQr}. Values descend; the largest element of each right vector, the first among equals,
 * is positive.
 */
final class SingularValues {
    private final double[] d;
    private final double[][] left;
    private final double[][] right;

    /**
     * @param a by rows; overwritten
     * @param vectors whether the vectors are asked for too
     * @throws LinAlgException if an element is not finite, as LAPACK does
     */
    SingularValues(double[][] a, boolean vectors) {
        int n = a.length;
        d = new double[n];
        double[] e = new double[n];
        double largest = 0;
        for (double[] row : a) {
            for (double x : row) {
                largest = Math.max(largest, Math.abs(x));
            }
        }
        requireFinite(largest);
        double scale = largest == 0 ? 1 : Math.scalb(1.0, Math.getExponent(largest));
        for (double[] row : a) {
            Lanes.scale(row, 1 / scale, 0, n);
        }
        var reflectors = new Bidiagonal(a, d, e);
        left = vectors ? reflectors.left() : new double[n][0];
        right = vectors ? reflectors.right() : new double[n][0];
        new BidiagonalQr(d, e, left, right, () -> {});
        for (int k = 0; k < n; k++) {
            d[k] *= scale;
            if (Signs.isNegative(right[k])) {
                Lanes.scale(right[k], -1, 0, right[k].length);
                Lanes.scale(left[k], -1, 0, left[k].length);
            }
        }
    }

    /**
     * @param largest magnitude of a matrix
     * @throws LinAlgException if it is not finite
     */
    static void requireFinite(double largest) {
        if (!(largest < Double.POSITIVE_INFINITY)) {
            throw new LinAlgException(
                    "svd did not converge: it met "
                            + largest
                            + ", so an element is not finite, or sums of elements are not; replace"
                            + " what is not finite with nanToNum, or scale the matrix");
        }
    }

    double[] values() {
        return d;
    }

    /** {@code Uᵀ} by rows: left vectors. */
    double[][] left() {
        return left;
    }

    /** {@code Vᵀ} by rows: right vectors. */
    double[][] right() {
        return right;
    }
}
