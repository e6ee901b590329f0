package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.util.Arrays;

/**
 * Eigenvalues, ascending, and vectors, as columns, of rows from to to of a symmetric tridiagonal
 * matrix that is torn apart at both ends: the magnitude of the element across a tear is taken from
 * the diagonal beside it. Input: (2, n), float64: the diagonal, then what stands beside it, element
 * i between i and i + 1. Output: a line of the values and then the vectors by rows, if wanted.
 */
public record TridiagonalLeaf(int from, int to, boolean vectors) implements ChunkFunction {
    @Override
    public String name() {
        return "tridiagonalLeaf";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        Block output = call.output();
        int n = Math.toIntExact(input.shape()[1]);
        int length = to - from;
        double[] d = new double[length];
        double[] e = new double[n];
        Dense.loadRow(input.dtype(), input.segment(), from, length, d);
        Dense.loadRow(input.dtype(), input.segment(), n, n, e);
        if (from > 0) {
            d[0] -= Math.abs(e[from - 1]);
        }
        if (to < n) {
            d[length - 1] -= Math.abs(e[to - 1]);
        }
        double[] beside = Arrays.copyOfRange(e, from, to);
        double[][] columns = vectors ? Lanes.identity(length) : new double[length][0];
        if (areFinite(d) && areFinite(beside)) {
            new TridiagonalQr(d, beside, columns, call::checkCancelled);
        } else {
            Arrays.fill(d, Double.NaN);
            for (double[] column : columns) {
                Arrays.fill(column, Double.NaN);
            }
        }
        Dense.storeRow(d, length, output.dtype(), output.segment(), 0);
        if (vectors) {
            Dense.storeRows(
                    Lanes.transpose(columns, length), output.dtype(), output.segment(), length);
        }
    }

    static boolean areFinite(double[] x) {
        double sum = 0;
        for (double element : x) {
            sum += element * 0;
        }
        return sum == 0;
    }
}
