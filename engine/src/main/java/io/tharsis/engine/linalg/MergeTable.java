package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;

/**
 * What joins the vectors of two parts, n of them, in O(n) numbers: the lines of a (LINES, n)
 * float64 matrix. {@link MergeVectors} makes the n by n matrix of it.
 *
 * <p>For each new column j: its value, and either the old column it is a copy of, or -1 and its
 * root as pole and offset. For each pole p: the pole, its weight, the old column it belongs to; -1
 * ends them. Then the rotations: first and second column, cosine, sine; -1 ends them.
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
     * @param kept of the deflation
     * @param d values of dropped columns, poles of kept ones
     * @param weights of kept ones
     */
    void fill(Deflation deflation, int[] kept, double[] d, double[] weights, SecularRoots roots) {
        int[] dropped = deflation.dropped();
        double[] values = new double[n];
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
        int[] order = TridiagonalMerge.order(n, i -> values[i]);
        for (int j = 0; j < n; j++) {
            int k = order[j];
            lines[VALUE][j] = values[k];
            boolean isRoot = k < kept.length;
            lines[COPY][j] = isRoot ? -1 : dropped[k - kept.length];
            lines[ORIGIN][j] = isRoot ? roots.origin(k) : 0;
            lines[OFFSET][j] = isRoot ? roots.offset(k) : 0;
        }
        Deflation.Rotation[] rotations = deflation.rotations();
        for (int k = 0; k < rotations.length; k++) {
            lines[FIRST][k] = rotations[k].first();
            lines[SECOND][k] = rotations[k].second();
            lines[COSINE][k] = rotations[k].c();
            lines[SINE][k] = rotations[k].s();
        }
        if (rotations.length < n) {
            lines[FIRST][rotations.length] = -1;
        }
    }

    void store(Block output) {
        Dense.storeRows(lines, output.dtype(), output.segment(), 0);
    }
}
