package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;

import java.util.List;

/**
 * What joins the vectors of two parts, n of them, in O(n) numbers: the lines of a (LINES, n)
 * float64 matrix. {@link MergeVectors} makes the n by n matrix of it.
 *
 * <p>For each new column j: its value, and either the old column it is a copy of, or -1 and its
 * root as pole and offset. For each pole p: the pole, its weight, the old column it belongs to; -1
 * ends them. Then the rotations: first and second column, cosine, sine; -1 ends them. Columns
 * beyond those of values are copies of themselves.
 */
final class MergeTable {
    static final int VALUE = 0;
    static final int COPY = 1;
    static final int ORIGIN = 2;
    static final int OFFSET = 3;

    /** Lines that say something of new columns. */
    static final int OF_COLUMNS = 4;

    static final int POLE = 4;
    static final int WEIGHT = 5;
    static final int PLACE = 6;
    static final int FIRST = 7;
    static final int SECOND = 8;
    static final int COSINE = 9;
    static final int SINE = 10;
    static final int LINES = 11;

    private final int n;
    private final double[][] lines;

    MergeTable(int n) {
        this.n = n;
        lines = new double[LINES][n];
    }

    void fillNaN() {
        for (double[] line : lines) {
            java.util.Arrays.fill(line, Double.NaN);
        }
    }

    /**
     * @param kept columns, their poles ascending
     * @param dropped the others
     * @param rotations in the order in which they were done
     * @param d values of dropped columns, poles of kept ones
     * @param weights of kept ones
     * @param sign 1 for ascending values, -1 for descending ones
     */
    void fill(
            int[] kept,
            int[] dropped,
            List<Deflation.Rotation> rotations,
            double[] d,
            double[] weights,
            SecularRoots roots,
            int sign) {
        int count = kept.length + dropped.length;
        double[] values = new double[count];
        for (int k = 0; k < kept.length; k++) {
            values[k] = roots.root(k);
            lines[POLE][k] = d[kept[k]];
            lines[WEIGHT][k] = weights[k];
            lines[PLACE][k] = kept[k];
        }
        for (int k = 0; k < dropped.length; k++) {
            values[kept.length + k] = d[dropped[k]];
        }
        if (kept.length < n) {
            lines[PLACE][kept.length] = -1;
        }
        int[] order = TridiagonalMerge.order(count, i -> sign * values[i]);
        for (int j = 0; j < count; j++) {
            int k = order[j];
            lines[VALUE][j] = values[k];
            boolean isRoot = k < kept.length;
            lines[COPY][j] = isRoot ? -1 : dropped[k - kept.length];
            lines[ORIGIN][j] = isRoot ? roots.origin(k) : 0;
            lines[OFFSET][j] = isRoot ? roots.offset(k) : 0;
        }
        for (int j = count; j < n; j++) {
            lines[COPY][j] = j;
        }
        for (int k = 0; k < rotations.size(); k++) {
            Deflation.Rotation rotation = rotations.get(k);
            lines[FIRST][k] = rotation.first();
            lines[SECOND][k] = rotation.second();
            lines[COSINE][k] = rotation.c();
            lines[SINE][k] = rotation.s();
        }
        if (rotations.size() < n) {
            lines[FIRST][rotations.size()] = -1;
        }
    }

    /** Values alone; roots stay as they are. */
    void scaleValues(double factor) {
        Lanes.scale(lines[VALUE], factor, 0, n);
    }

    void store(Block output) {
        Dense.storeRows(lines, output.dtype(), output.segment(), 0);
    }
}
