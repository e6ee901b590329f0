package io.tharsis.engine.linalg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Poles of a secular equation whose weight is 0 to working precision, or that stand so close
 * together that a rotation makes one weight 0: they keep their value and their (rotated) vector
 * (Dongarra and Sorensen, A fully parallel algorithm for the symmetric eigenvalue problem, 1987;
 * LAPACK's laed2).
 */
final class Deflation {
    /** {@code x_first, x_second = c x_first + s x_second, c x_second - s x_first} of columns. */
    record Rotation(int first, int second, double c, double s) {}

    private final double[] d;
    private final double[] z;
    private final int[] kept;
    private final int[] dropped;
    private final List<Rotation> rotations = new ArrayList<>();
    private int keptCount;
    private int droppedCount;

    /**
     * @param d poles, in any order; those of dropped columns become final values
     * @param z weights
     * @param order of ascending poles; only these are looked at
     * @param tolerance of poles, and of weights times {@code rho}
     */
    Deflation(double[] d, double[] z, int[] order, double rho, double tolerance) {
        int n = order.length;
        this.d = d;
        this.z = z;
        kept = new int[n];
        dropped = new int[n];
        int pending = -1;
        for (int i : order) {
            if (rho * Math.abs(z[i]) <= tolerance) {
                dropped[droppedCount++] = i;
            } else if (pending < 0) {
                pending = i;
            } else if (isRotatable(pending, i, tolerance)) {
                rotate(pending, i);
                dropped[droppedCount++] = pending;
                pending = i;
            } else {
                kept[keptCount++] = pending;
                pending = i;
            }
        }
        if (pending >= 0) {
            kept[keptCount++] = pending;
        }
    }

    private boolean isRotatable(int i, int j, double tolerance) {
        double gap = d[j] - d[i];
        double square = z[i] * z[i] + z[j] * z[j];
        return Math.abs(gap * (z[i] / square) * z[j]) <= tolerance;
    }

    private void rotate(int i, int j) {
        double length = Math.hypot(z[i], z[j]);
        double c = z[j] / length;
        double s = -z[i] / length;
        z[j] = length;
        z[i] = 0;
        rotations.add(new Rotation(i, j, c, s));
        double first = d[i] * c * c + d[j] * s * s;
        d[j] = d[i] * s * s + d[j] * c * c;
        d[i] = first;
    }

    /** Columns that stay in the equation, their poles ascending. */
    int[] kept() {
        return Arrays.copyOf(kept, keptCount);
    }

    /** Columns that do not. */
    int[] dropped() {
        return Arrays.copyOf(dropped, droppedCount);
    }

    /** In the order in which they were done. */
    List<Rotation> rotations() {
        return rotations;
    }
}
