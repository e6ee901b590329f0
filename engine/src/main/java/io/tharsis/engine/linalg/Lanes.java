package io.tharsis.engine.linalg;

/**
 * The inner loops of dense factorizations, over Java arrays. Written so that the compiler makes
 * vectors of them where no sum runs along the loop; sums along it have a fixed tree of eight
 * partial sums. Plain multiplications and additions, in a fixed order: the same bits everywhere.
 */
final class Lanes {
    private Lanes() {}

    /** {@code y[from..to) += f * x[from..to)}. */
    static void add(double[] y, double f, double[] x, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] += f * x[i];
        }
    }

    /** {@code y += f0 * x0 + f1 * x1}. */
    static void add(double[] y, double f0, double[] x0, double f1, double[] x1, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] += f0 * x0[i] + f1 * x1[i];
        }
    }

    /** {@code y += f[0] * x[first] + ... + f[3] * x[first + 3]}. */
    static void add4(double[] y, double[] f, int at, double[][] x, int first, int from, int to) {
        double f0 = f[at];
        double f1 = f[at + 1];
        double f2 = f[at + 2];
        double f3 = f[at + 3];
        double[] x0 = x[first];
        double[] x1 = x[first + 1];
        double[] x2 = x[first + 2];
        double[] x3 = x[first + 3];
        for (int i = from; i < to; i++) {
            y[i] += (f0 * x0[i] + f1 * x1[i]) + (f2 * x2[i] + f3 * x3[i]);
        }
    }

    /** {@code y -= f[at] * x[first] + ... }, {@code count} terms, four at a time. */
    static void subtract(
            double[] y, double[] f, int at, double[][] x, int first, int count, int from, int to) {
        int k = 0;
        for (; k + 4 <= count; k += 4) {
            subtract4(y, f, at + k, x, first + k, from, to);
        }
        for (; k < count; k++) {
            add(y, -f[at + k], x[first + k], from, to);
        }
    }

    private static void subtract4(
            double[] y, double[] f, int at, double[][] x, int first, int from, int to) {
        double f0 = f[at];
        double f1 = f[at + 1];
        double f2 = f[at + 2];
        double f3 = f[at + 3];
        double[] x0 = x[first];
        double[] x1 = x[first + 1];
        double[] x2 = x[first + 2];
        double[] x3 = x[first + 3];
        for (int i = from; i < to; i++) {
            y[i] -= (f0 * x0[i] + f1 * x1[i]) + (f2 * x2[i] + f3 * x3[i]);
        }
    }

    static void scale(double[] y, double f, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] *= f;
        }
    }

    /** {@code x . y}. */
    static double dot(double[] x, double[] y, int from, int to) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        double s4 = 0;
        double s5 = 0;
        double s6 = 0;
        double s7 = 0;
        int i = from;
        for (; i + 8 <= to; i += 8) {
            s0 += x[i] * y[i];
            s1 += x[i + 1] * y[i + 1];
            s2 += x[i + 2] * y[i + 2];
            s3 += x[i + 3] * y[i + 3];
            s4 += x[i + 4] * y[i + 4];
            s5 += x[i + 5] * y[i + 5];
            s6 += x[i + 6] * y[i + 6];
            s7 += x[i + 7] * y[i + 7];
        }
        for (; i < to; i++) {
            s0 += x[i] * y[i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    /** The dot products of {@code x} with four arrays. */
    static void dot4(
            double[] x,
            double[] y0,
            double[] y1,
            double[] y2,
            double[] y3,
            int from,
            int to,
            double[] result) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        double t0 = 0;
        double t1 = 0;
        double t2 = 0;
        double t3 = 0;
        int i = from;
        for (; i + 2 <= to; i += 2) {
            double a = x[i];
            double b = x[i + 1];
            s0 += a * y0[i];
            s1 += a * y1[i];
            s2 += a * y2[i];
            s3 += a * y3[i];
            t0 += b * y0[i + 1];
            t1 += b * y1[i + 1];
            t2 += b * y2[i + 1];
            t3 += b * y3[i + 1];
        }
        if (i < to) {
            s0 += x[i] * y0[i];
            s1 += x[i] * y1[i];
            s2 += x[i] * y2[i];
            s3 += x[i] * y3[i];
        }
        result[0] = s0 + t0;
        result[1] = s1 + t1;
        result[2] = s2 + t2;
        result[3] = s3 + t3;
    }

    /** The Euclidean length, without overflow or harmful underflow. */
    static double norm(double[] x, int from, int to) {
        double squares = dot(x, x, from, to);
        if (squares > 0x1p-900 && squares < 0x1p900) {
            return Math.sqrt(squares);
        }
        double largest = 0;
        for (int i = from; i < to; i++) {
            double magnitude = Math.abs(x[i]);
            largest = Math.max(largest, magnitude);
        }
        if (largest == 0 || !(largest < Double.POSITIVE_INFINITY)) {
            return largest;
        }
        double scaled = 0;
        for (int i = from; i < to; i++) {
            double ratio = x[i] / largest;
            scaled += ratio * ratio;
        }
        return largest * Math.sqrt(scaled);
    }

    /** {@code (x, y) = (c x + s y, c y - s x)}. */
    static void rotate(double[] x, double[] y, double c, double s, int from, int to) {
        for (int i = from; i < to; i++) {
            double a = x[i];
            double b = y[i];
            x[i] = c * a + s * b;
            y[i] = c * b - s * a;
        }
    }

    static double[][] identity(int n) {
        double[][] rows = new double[n][n];
        for (int i = 0; i < n; i++) {
            rows[i][i] = 1;
        }
        return rows;
    }

    static double[][] transpose(double[][] rows, int columns) {
        double[][] result = new double[columns][rows.length];
        for (int i = 0; i < rows.length; i++) {
            double[] row = rows[i];
            for (int j = 0; j < columns; j++) {
                result[j][i] = row[j];
            }
        }
        return result;
    }
}
