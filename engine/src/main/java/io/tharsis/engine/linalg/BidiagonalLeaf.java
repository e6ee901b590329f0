package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

/**
 * The singular value decomposition of rows from to to of an upper bidiagonal matrix, k of them, and
 * the k + 1 columns in which they stand. Input: (2, n), float64: the diagonal, then what stands
 * above it, element i right of the diagonal's; the last one is 0. Output: a line of the values,
 * descending; the left vectors as columns (k, k), by rows; the right ones (k + 1, k + 1), of which
 * the last spans what the rows map to 0.
 */
public record BidiagonalLeaf(int from, int to) implements ChunkFunction {
    @Override
    public String name() {
        return "bidiagonalLeaf";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    /** Elements of the output. */
    public long length() {
        long k = to - from;
        return k + k * k + (k + 1) * (k + 1);
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        Block output = call.output();
        long n = input.shape()[1];
        int k = to - from;
        double[] d = new double[k];
        double[] e = new double[k];
        Dense.loadRow(input.dtype(), input.segment(), from, k, d);
        Dense.loadRow(input.dtype(), input.segment(), n + from, k, e);
        double[][] left = Lanes.identity(k);
        double[][] right = Lanes.identity(k + 1);
        clearLast(d, e, right);
        new BidiagonalQr(d, e, left, right, call::checkCancelled);
        Dense.storeRow(d, k, output.dtype(), output.segment(), 0);
        Dense.storeRows(Lanes.transpose(left, k), output.dtype(), output.segment(), k);
        Dense.storeRows(
                Lanes.transpose(right, k + 1), output.dtype(), output.segment(), k + (long) k * k);
    }

    /** The last column rotated away, into one after the other from the right. */
    private static void clearLast(double[] d, double[] e, double[][] right) {
        int k = d.length;
        double last = e[k - 1];
        e[k - 1] = 0;
        for (int i = k - 1; i >= 0 && Math.abs(last) >= BidiagonalQr.TINY; i--) {
            double r = Math.hypot(d[i], last);
            double c = d[i] / r;
            double s = last / r;
            d[i] = r;
            Lanes.rotate(right[i], right[k], c, s, 0, k + 1);
            if (i > 0) {
                last = -s * e[i - 1];
                e[i - 1] *= c;
            }
        }
    }
}
