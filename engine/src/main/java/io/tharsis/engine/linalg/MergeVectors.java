package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.util.Arrays;

/**
 * The n by n matrix S of which {@code diag(Q1, Q2) S} are the joined eigenvectors. Inputs: the
 * first {@link MergeTable#OF_COLUMNS} lines of a {@link MergeTable}, whose columns may be cut
 * anywhere; and the whole table.
 */
public record MergeVectors() implements ChunkFunction {
    /** Columns worked together. */
    private static final int COLUMNS = 64;

    @Override
    public String name() {
        return "mergeVectors";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(0);
    }

    @Override
    public void apply(Call call) {
        Block columns = call.input(0);
        Block table = call.input(1);
        Block output = call.output();
        int n = Math.toIntExact(table.shape()[1]);
        long width = columns.shape()[1];
        double[][] lines = Dense.rows(table.dtype(), table.segment(), 0, MergeTable.LINES, n);
        int first = Math.toIntExact(columns.origin()[1]);
        call.parallelFor(
                Math.toIntExact(Math.ceilDiv(width, (long) COLUMNS)),
                panel -> {
                    call.checkCancelled();
                    int from = panel * COLUMNS;
                    int to = (int) Math.min(width, from + COLUMNS);
                    double[][] s = vectors(lines, first + from, first + to);
                    for (int i = 0; i < n; i++) {
                        Dense.storeRow(
                                s[i],
                                to - from,
                                output.dtype(),
                                output.segment(),
                                i * width + from);
                    }
                });
    }

    private static double[][] vectors(double[][] lines, int from, int to) {
        int n = lines[0].length;
        double[][] s = new double[n][to - from];
        if (Double.isNaN(lines[MergeTable.VALUE][0])) {
            for (double[] row : s) {
                Arrays.fill(row, Double.NaN);
            }
            return s;
        }
        int[] roots = new int[to - from];
        int count = 0;
        for (int j = from; j < to; j++) {
            int copied = (int) lines[MergeTable.COPY][j];
            if (copied >= 0) {
                s[copied][j - from] = 1;
            } else {
                roots[count++] = j - from;
            }
        }
        double[] origins = new double[count];
        double[] offsets = new double[count];
        for (int k = 0; k < count; k++) {
            origins[k] = lines[MergeTable.ORIGIN][from + roots[k]];
            offsets[k] = lines[MergeTable.OFFSET][from + roots[k]];
        }
        double[] squares = new double[count];
        double[] row = new double[count];
        for (int p = 0; p < n && lines[MergeTable.PLACE][p] >= 0; p++) {
            elements(lines[MergeTable.POLE][p], lines[MergeTable.WEIGHT][p], origins, offsets, row);
            for (int k = 0; k < count; k++) {
                squares[k] += row[k] * row[k];
            }
        }
        for (int k = 0; k < count; k++) {
            squares[k] = 1 / Math.sqrt(squares[k]);
        }
        for (int p = 0; p < n && lines[MergeTable.PLACE][p] >= 0; p++) {
            elements(lines[MergeTable.POLE][p], lines[MergeTable.WEIGHT][p], origins, offsets, row);
            double[] target = s[(int) lines[MergeTable.PLACE][p]];
            for (int k = 0; k < count; k++) {
                target[roots[k]] = row[k] * squares[k];
            }
        }
        unrotate(lines, s, to - from);
        return s;
    }

    private static void elements(
            double pole, double weight, double[] origins, double[] offsets, double[] row) {
        for (int k = 0; k < row.length; k++) {
            row[k] = weight / ((pole - origins[k]) - offsets[k]);
        }
    }

    /** Columns that were rotated meet rows of S. */
    private static void unrotate(double[][] lines, double[][] s, int width) {
        int count = 0;
        while (count < s.length && lines[MergeTable.FIRST][count] >= 0) {
            count++;
        }
        for (int k = count - 1; k >= 0; k--) {
            Lanes.rotate(
                    s[(int) lines[MergeTable.FIRST][k]],
                    s[(int) lines[MergeTable.SECOND][k]],
                    lines[MergeTable.COSINE][k],
                    -lines[MergeTable.SINE][k],
                    0,
                    width);
        }
    }
}
