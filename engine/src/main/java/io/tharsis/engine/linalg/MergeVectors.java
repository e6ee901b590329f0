package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.util.Arrays;

/**
 * The n by n matrix S of which {@code diag(Q1, Q2) S} are the joined vectors. Inputs: the first
 * {@link MergeTable#OF_COLUMNS} lines of a {@link MergeTable}, whose columns may be cut anywhere;
 * and the whole table.
 *
 * @param zero of singular vectors, the column of {@link BidiagonalMerge}'s row between
 */
public record MergeVectors(Side side, int zero) implements ChunkFunction {
    /** Which vectors. */
    public enum Side {
        /** Those of a symmetric matrix, by {@link TridiagonalMerge}. */
        EIGEN,
        /** Left singular vectors; the table has a column more. */
        LEFT,
        /** Right singular vectors. */
        RIGHT
    }

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
        int columnsOfTable = Math.toIntExact(table.shape()[1]);
        int n = side == Side.LEFT ? columnsOfTable - 1 : columnsOfTable;
        long width = columns.shape()[1];
        double[][] lines =
                Dense.rows(table.dtype(), table.segment(), 0, MergeTable.LINES, columnsOfTable);
        int first = Math.toIntExact(columns.origin()[1]);
        call.parallelFor(
                Math.toIntExact(Math.ceilDiv(width, (long) COLUMNS)),
                panel -> {
                    call.checkCancelled();
                    int from = panel * COLUMNS;
                    int to = (int) Math.min(width, from + COLUMNS);
                    double[][] s = vectors(lines, n, first + from, first + to);
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

    private double[][] vectors(double[][] lines, int n, int from, int to) {
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
            elements(lines, p, origins, offsets, row);
            for (int k = 0; k < count; k++) {
                squares[k] += row[k] * row[k];
            }
        }
        for (int k = 0; k < count; k++) {
            squares[k] = 1 / Math.sqrt(squares[k]);
        }
        for (int p = 0; p < n && lines[MergeTable.PLACE][p] >= 0; p++) {
            elements(lines, p, origins, offsets, row);
            double[] target = s[(int) lines[MergeTable.PLACE][p]];
            for (int k = 0; k < count; k++) {
                target[roots[k]] = row[k] * squares[k];
            }
        }
        unrotate(lines, s, to - from);
        return s;
    }

    /** Of row p of the vectors, before they have length 1. */
    private void elements(
            double[][] lines, int p, double[] origins, double[] offsets, double[] row) {
        double pole = lines[MergeTable.POLE][p];
        double weight = lines[MergeTable.WEIGHT][p];
        if (side == Side.EIGEN) {
            for (int k = 0; k < row.length; k++) {
                row[k] = weight / ((pole - origins[k]) - offsets[k]);
            }
        } else if (side == Side.LEFT && lines[MergeTable.PLACE][p] == zero) {
            Arrays.fill(row, -1);
        } else {
            double factor = side == Side.LEFT ? pole * weight : weight;
            for (int k = 0; k < row.length; k++) {
                row[k] = factor / ((pole - origins[k]) * (pole + origins[k]) - offsets[k]);
            }
        }
    }

    /** Columns that were rotated meet rows of S. */
    private void unrotate(double[][] lines, double[][] s, int width) {
        int count = 0;
        while (count < lines[0].length && lines[MergeTable.FIRST][count] >= 0) {
            count++;
        }
        for (int k = count - 1; k >= 0; k--) {
            if (side == Side.LEFT && lines[MergeTable.FIRST][k] == zero) {
                continue; // from the right alone
            }
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
