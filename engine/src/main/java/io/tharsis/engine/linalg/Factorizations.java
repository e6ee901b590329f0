package io.tharsis.engine.linalg;

import java.util.Arrays;

/** The factorizations as functions of a matrix, and what each lays out. */
public final class Factorizations {
    private Factorizations() {}

    /**
     * L (n, n).
     *
     * @param first number of the first pivot, for messages
     */
    public record Cholesky(long first) implements MatrixFunction {
        @Override
        public String name() {
            return "cholesky";
        }

        @Override
        public double[][][] apply(double[][] a, int columns) {
            return new double[][][] {CholeskyFactor.lower(a, first)};
        }
    }

    /**
     * L below and U on and above the diagonal (rows, columns), then the permutation p of rows in
     * two numbers each, that a float32 holds: all {@code p >> 12}, all {@code p & 4095} (rows,
     * each).
     */
    public record Lu() implements MatrixFunction {
        /** Bits of a row's number in its lower part. */
        public static final int LOW_BITS = 12;

        static double[] inTwo(int row) {
            return new double[] {row >> LOW_BITS, row & (1 << LOW_BITS) - 1};
        }

        static int fromTwo(double[] two) {
            return ((int) two[0] << LOW_BITS) + (int) two[1];
        }

        @Override
        public String name() {
            return "lu";
        }

        @Override
        public double[][][] apply(double[][] a, int columns) {
            int[] permutation = LuFactor.factor(a, columns);
            double[][] numbers = new double[2][a.length];
            for (int i = 0; i < a.length; i++) {
                double[] two = inTwo(permutation[i]);
                numbers[0][i] = two[0];
                numbers[1][i] = two[1];
            }
            return new double[][][] {a, numbers};
        }
    }

    /**
     * X (n, k) of A X = B, from rows of A and B side by side (n, n + k).
     *
     * @param refusesSingular whether a pivot of 0 is an error; else it is divided by
     */
    public record Solve(String caller, boolean refusesSingular) implements MatrixFunction {
        @Override
        public String name() {
            return caller;
        }

        @Override
        public double[][][] apply(double[][] a, int columns) {
            int n = a.length;
            LuFactor.factorLeft(a, n, columns);
            if (refusesSingular) {
                Triangles.requireRegular(caller, a, 0);
            }
            Triangles.solveUpper(a, false, a, n, columns);
            double[][] x = new double[n][columns - n];
            for (int i = 0; i < n; i++) {
                System.arraycopy(a[i], n, x[i], 0, columns - n);
            }
            return new double[][][] {x};
        }
    }

    /** X (n, k) of T X = B, from rows of T and B side by side (n, n + k). */
    public record SolveTriangle(boolean lower, boolean unit) implements MatrixFunction {
        @Override
        public String name() {
            return "solveTriangular";
        }

        @Override
        public double[][][] apply(double[][] a, int columns) {
            int n = a.length;
            if (!unit) {
                Triangles.requireRegular("solveTriangular", a, 0);
            }
            if (lower) {
                Triangles.solveLower(a, unit, a, n, columns);
            } else {
                Triangles.solveUpper(a, unit, a, n, columns);
            }
            double[][] x = new double[n][columns - n];
            for (int i = 0; i < n; i++) {
                System.arraycopy(a[i], n, x[i], 0, columns - n);
            }
            return new double[][][] {x};
        }
    }

    /** Q (rows, q) and R (q, columns); q is the number of rows, or of columns if that is less. */
    public record Qr(boolean complete) implements MatrixFunction {
        @Override
        public String name() {
            return "qr";
        }

        @Override
        public double[][][] apply(double[][] a, int columns) {
            int rows = a.length;
            int width = complete ? rows : Math.min(rows, columns);
            var qr = new HouseholderQr(Lanes.transpose(a, columns), rows);
            double[][] r = Arrays.copyOf(qr.r(), width);
            for (int i = Math.min(rows, columns); i < width; i++) {
                r[i] = new double[columns];
            }
            return new double[][][] {Lanes.transpose(qr.q(width), rows), r};
        }
    }

    /** R alone (min(rows, columns), columns). */
    public record QrTriangle() implements MatrixFunction {
        @Override
        public String name() {
            return "qrTriangle";
        }

        @Override
        public double[][][] apply(double[][] a, int columns) {
            return new double[][][] {new HouseholderQr(Lanes.transpose(a, columns), a.length).r()};
        }
    }

    /**
     * Reflectors V (rows, k), T (k, k) and R (k, columns), with {@code I - V T Vᵀ} times R the
     * matrix; k is min(rows, columns). R's diagonal is of either sign.
     */
    public record QrPanel() implements MatrixFunction {
        @Override
        public String name() {
            return "qrPanel";
        }

        @Override
        public double[][][] apply(double[][] a, int columns) {
            var qr = new HouseholderQr(Lanes.transpose(a, columns), a.length);
            return new double[][][] {qr.reflectors(), qr.blockReflector(), qr.unsignedR()};
        }
    }

    /** U (n, n), s (n), Vᵀ (n, n) of a square matrix; or s alone. */
    public record Svd(boolean vectors) implements MatrixFunction {
        @Override
        public String name() {
            return vectors ? "svd" : "singularValues";
        }

        @Override
        public double[][][] apply(double[][] a, int columns) {
            var svd = new SingularValues(a, vectors);
            double[][] values = {svd.values()};
            return vectors
                    ? new double[][][] {Lanes.transpose(svd.left(), columns), values, svd.right()}
                    : new double[][][] {values};
        }
    }

    /** Values (n) and vectors as columns (n, n) of a symmetric matrix; or the values alone. */
    public record Symmetric(boolean vectors) implements MatrixFunction {
        @Override
        public String name() {
            return vectors ? "eigh" : "eigvalsh";
        }

        @Override
        public double[][][] apply(double[][] a, int columns) {
            var eigen = new SymmetricEigen(a, vectors);
            double[][] values = {eigen.values()};
            return vectors
                    ? new double[][][] {values, Lanes.transpose(eigen.vectors(), columns)}
                    : new double[][][] {values};
        }
    }

    /**
     * Values (n) and vectors as columns (n, n) of a matrix with real eigenvalues; or the values.
     */
    public record General(boolean vectors) implements MatrixFunction {
        @Override
        public String name() {
            return vectors ? "eig" : "eigvals";
        }

        @Override
        public double[][][] apply(double[][] a, int columns) {
            var eigen = new RealEigen(a, vectors);
            double[][] values = {eigen.values()};
            return vectors
                    ? new double[][][] {values, Lanes.transpose(eigen.vectors(), columns)}
                    : new double[][][] {values};
        }
    }
}
