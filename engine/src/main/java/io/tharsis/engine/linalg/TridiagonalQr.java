package io.tharsis.engine.linalg;

import io.tharsis.linalg.LinAlgException;

/**
 * Eigenvalues and vectors of a symmetric tridiagonal matrix by implicit QR with Wilkinson's shift
 * (Golub and Van Loan, 8.3). Values ascend.
 */
final class TridiagonalQr {
    private static final double EPSILON = 0x1p-53;
    private static final int SWEEPS_PER_VALUE = 60;

    private final int n;
    private final double[] d;
    private final double[] e;
    private final double[][] vectors;

    /**
     * @param d the diagonal, of magnitudes about 1 at most, all finite; becomes the values
     * @param e beside it, one element fewer or as many; overwritten
     * @param vectors one a row, rotated along: the identity, or what made the matrix tridiagonal;
     *     rows of length 0 if none are wanted
     * @param pause run before each sweep; may throw
     */
    TridiagonalQr(double[] d, double[] e, double[][] vectors, Runnable pause) {
        n = d.length;
        this.d = d;
        this.e = e;
        this.vectors = vectors;
        iterate(pause);
        SortedValues.sort(d, 1, vectors);
    }

    private void iterate(Runnable pause) {
        int hi = n - 1;
        long budget = (long) SWEEPS_PER_VALUE * Math.max(n, 1);
        while (hi > 0) {
            int lo = hi;
            while (lo > 0) {
                double neighbours = Math.abs(d[lo - 1]) + Math.abs(d[lo]);
                if (Math.abs(e[lo - 1]) <= EPSILON * neighbours
                        || Math.abs(e[lo - 1]) < 0x1p-1000) {
                    e[lo - 1] = 0;
                    break;
                }
                lo--;
            }
            if (lo == hi) {
                hi--;
            } else if (budget-- > 0) {
                pause.run();
                step(lo, hi);
            } else {
                throw new LinAlgException("eigh did not converge after " + n + " values");
            }
        }
    }

    /** The hypotenuse, of numbers whose squares only fail to be tiny. */
    private static double length(double x, double y) {
        double square = x * x + y * y;
        return square > 0x1p-900 && square < 0x1p900 ? Math.sqrt(square) : Math.hypot(x, y);
    }

    private void step(int lo, int hi) {
        double half = (d[hi - 1] - d[hi]) / 2;
        double last = e[hi - 1];
        double shift = d[hi] - last * (last / (half + Math.copySign(length(half, last), half)));
        double x = d[lo] - shift;
        double z = e[lo];
        for (int k = lo; k < hi; k++) {
            double r = length(x, z);
            double c = r == 0 ? 1 : x / r;
            double s = r == 0 ? 0 : z / r;
            if (k > lo) {
                e[k - 1] = r;
            }
            double first = d[k];
            double second = d[k + 1];
            double between = e[k];
            double turn = s * (first - second) - 2 * c * between;
            d[k] = first - s * turn;
            d[k + 1] = second + s * turn;
            e[k] = -(c * turn + between);
            if (k < hi - 1) {
                x = e[k];
                z = s * e[k + 1];
                e[k + 1] *= c;
            }
            Lanes.rotate(vectors[k], vectors[k + 1], c, s, 0, vectors[k].length);
        }
    }
}
