package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

/**
 * Least squares made exact to the last bits by iterative refinement of the augmented system {@code
 * r + A x = b, Aᵀ r = 0}, with its residuals in twice the precision (Björck, Iterative refinement
 * of linear least squares solutions I, 1967; dot products as in Ogita, Rump, Oishi, Accurate sum
 * and dot product, 2005). A solution that the steps do not improve stays as it is.
 *
 * <p>Inputs: A (m, n) with m at least n; b (m, k); x (n, k); the rank of A (1), which must be n for
 * anything to be done. Output (n + 1, k): x, then the sums of squares of the residuals.
 */
public record RefinedLeastSquares() implements ChunkFunction {
    private static final int STEPS = 20;

    @Override
    public String name() {
        return "refinedLeastSquares";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    @Override
    public void apply(Call call) {
        double[][] columns = columns(call.input(0));
        double[][] rows = rows(call.input(0));
        double[][] b = columns(call.input(1));
        double[][] x = columns(call.input(2));
        boolean isFull = rows(call.input(3))[0][0] == columns.length;
        int n = columns.length;
        double[][] result = new double[b.length][n + 1];
        HouseholderQr qr = isFull ? new HouseholderQr(columns(call.input(0)), rows.length) : null;
        for (int j = 0; j < b.length; j++) {
            double[] r = residual(rows, x[j], b[j], new double[rows.length]);
            if (qr != null) {
                new Refinement(rows, columns, qr, b[j]).run(x[j], r);
            }
            System.arraycopy(x[j], 0, result[j], 0, n);
            result[j][n] = Lanes.dot(r, r, 0, r.length);
        }
        Block output = call.output();
        Dense.storeRows(Lanes.transpose(result, n + 1), output.dtype(), output.segment(), 0);
    }

    private static double[][] rows(Block matrix) {
        int height = Math.toIntExact(matrix.shape()[0]);
        int width = Math.toIntExact(matrix.size() / Math.max(1, height));
        return Dense.rows(matrix.dtype(), matrix.segment(), 0, height, width);
    }

    private static double[][] columns(Block matrix) {
        return Lanes.transpose(rows(matrix), Math.toIntExact(matrix.shape()[1]));
    }

    /** {@code b - r - A x}, rounded once an element. */
    private static double[] residual(double[][] rows, double[] x, double[] b, double[] r) {
        double[] result = new double[b.length];
        for (int i = 0; i < b.length; i++) {
            result[i] = -TwiceDot.of(rows[i], x, -b[i], r[i]);
        }
        return result;
    }

    /** The refinement of one right-hand side. */
    private record Refinement(double[][] rows, double[][] columns, HouseholderQr qr, double[] b) {
        /** Improves x and r in their place. */
        void run(double[] x, double[] r) {
            int n = x.length;
            double[][] triangle = qr.r();
            double before = Double.POSITIVE_INFINITY;
            for (int step = 0; step < STEPS; step++) {
                double[] top = residual(rows, x, b, r);
                double[] h = new double[n];
                for (int j = 0; j < n; j++) {
                    h[j] = -TwiceDot.of(columns[j], r, 0, 0);
                }
                solveTransposed(triangle, h);
                qr.applyTransposed(new double[][] {top});
                double[] dx = new double[n];
                for (int j = 0; j < n; j++) {
                    dx[j] = top[j] - h[j];
                    top[j] = h[j];
                }
                solve(triangle, dx);
                qr.applyQ(new double[][] {top});
                double size = relativeSize(dx, x);
                if (!(size < before / 2)) {
                    return;
                }
                before = size;
                Lanes.add(x, 1, dx, 0, n);
                Lanes.add(r, 1, top, 0, r.length);
            }
        }

        private static double relativeSize(double[] dx, double[] x) {
            double size = 0;
            for (int j = 0; j < x.length; j++) {
                size += Math.abs(dx[j]) / Math.max(Math.abs(x[j]), Double.MIN_NORMAL);
            }
            return size;
        }

        private static void solve(double[][] triangle, double[] x) {
            for (int i = x.length - 1; i >= 0; i--) {
                x[i] = (x[i] - Lanes.dot(triangle[i], x, i + 1, x.length)) / triangle[i][i];
            }
        }

        private static void solveTransposed(double[][] triangle, double[] x) {
            for (int i = 0; i < x.length; i++) {
                x[i] /= triangle[i][i];
                Lanes.add(x, -x[i], triangle[i], i + 1, x.length);
            }
        }
    }
}
