package io.tharsis.engine.linalg;

/**
 * {@code A = P L U} with partial pivoting, eight columns at a time: the pivot is the first element
 * of the largest magnitude in its column, as in LAPACK's getrf. A pivot of 0 is left in its place
 * and its column of L is 0.
 */
final class LuFactor {
    private static final int BLOCK = 8;

    private LuFactor() {}

    /**
     * Turns the rows of A into those of L below and U on and above the diagonal.
     *
     * @return the permutation: row i of the result comes from row {@code permutation[i]} of A
     */
    static int[] factor(double[][] a, int columns) {
        return factorLeft(a, columns, columns);
    }

    /**
     * As {@link #factor} of the first {@code width} columns; the other columns become {@code L⁻¹ P}
     * times what they were.
     */
    static int[] factorLeft(double[][] a, int width, int columns) {
        int rows = a.length;
        int[] permutation = new int[rows];
        for (int i = 0; i < rows; i++) {
            permutation[i] = i;
        }
        int steps = Math.min(rows, width);
        for (int k = 0; k < steps; k += BLOCK) {
            int end = Math.min(steps, k + BLOCK);
            panel(a, permutation, k, end);
            for (int i = k + 1; i < end; i++) {
                Lanes.subtract(a[i], a[i], k, a, k, i - k, end, columns);
            }
            if (end < columns) {
                for (int i = end; i < rows; i++) {
                    Lanes.subtract(a[i], a[i], k, a, k, end - k, end, columns);
                }
            }
        }
        return permutation;
    }

    /** Columns {@code from} to {@code end}, from row {@code from} on, within these columns. */
    private static void panel(double[][] a, int[] permutation, int from, int end) {
        int rows = a.length;
        for (int k = from; k < end; k++) {
            int best = k;
            double largest = Math.abs(a[k][k]);
            for (int i = k + 1; i < rows; i++) {
                double magnitude = Math.abs(a[i][k]);
                if (magnitude > largest) {
                    largest = magnitude;
                    best = i;
                }
            }
            double[] row = a[best];
            a[best] = a[k];
            a[k] = row;
            int moved = permutation[best];
            permutation[best] = permutation[k];
            permutation[k] = moved;
            double pivot = row[k];
            if (pivot == 0) {
                continue;
            }
            for (int i = k + 1; i < rows; i++) {
                double[] below = a[i];
                double factor = below[k] / pivot;
                below[k] = factor;
                for (int j = k + 1; j < end; j++) {
                    below[j] -= factor * row[j];
                }
            }
        }
    }

    /** 1 or -1. */
    static int sign(int[] permutation) {
        boolean[] seen = new boolean[permutation.length];
        int sign = 1;
        for (int i = 0; i < permutation.length; i++) {
            if (!seen[i]) {
                int length = 0;
                for (int k = i; !seen[k]; k = permutation[k]) {
                    seen[k] = true;
                    length++;
                }
                sign = length % 2 == 0 ? -sign : sign;
            }
        }
        return sign;
    }
}
