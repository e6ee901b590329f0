package io.tharsis.engine.reference;

import io.tharsis.DType;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.kernels.matrix.MatrixProduct;

/**
 * The matrix product, as a definition. With k the inner index, in blocks of {@link
 * MatrixProduct#INNER_BLOCK}: in a block {@code s = fma(a[i][k], b[k][j], s)} from +0 with k
 * ascending (integers multiply, add and wrap); the first block's sum is the element, each later
 * one's is added to it in order.
 */
final class ReferenceProduct {
    private ReferenceProduct() {}

    static ReferenceStored multiply(ReferenceStored a, ReferenceStored b, long[] shape) {
        DType dtype = a.dtype();
        ReferenceStored result = ReferenceStored.allocate(dtype, shape);
        int rank = shape.length;
        long m = shape[rank - 2];
        long n = shape[rank - 1];
        long inner = a.shape()[rank - 1];
        long matrices = Shapes.size(shape) / (m * n);
        long[] row = new long[Math.toIntExact(inner)];
        long[][] columns = new long[Math.toIntExact(n)][row.length];
        for (long batch = 0; batch < matrices; batch++) {
            for (int k = 0; k < row.length; k++) {
                for (int j = 0; j < n; j++) {
                    columns[j][k] =
                            ReferenceEngine.bits(b.segment(), dtype, (batch * inner + k) * n + j);
                }
            }
            for (long i = 0; i < m; i++) {
                for (int k = 0; k < row.length; k++) {
                    row[k] = ReferenceEngine.bits(a.segment(), dtype, (batch * m + i) * inner + k);
                }
                for (int j = 0; j < n; j++) {
                    ReferenceEngine.putBits(
                            result.segment(),
                            dtype,
                            (batch * m + i) * n + j,
                            element(dtype, row, columns[j]));
                }
            }
        }
        return result;
    }

    private static long element(DType dtype, long[] row, long[] column) {
        long sum = 0;
        for (int from = 0; from < row.length; from += MatrixProduct.INNER_BLOCK) {
            int to = Math.min(row.length, from + MatrixProduct.INNER_BLOCK);
            long block = block(dtype, row, column, from, to);
            sum = from == 0 ? block : add(dtype, sum, block);
        }
        return sum;
    }

    private static long block(DType dtype, long[] row, long[] column, int from, int to) {
        switch (dtype) {
            case FLOAT64 -> {
                double sum = 0;
                for (int k = from; k < to; k++) {
                    sum =
                            Math.fma(
                                    Double.longBitsToDouble(row[k]),
                                    Double.longBitsToDouble(column[k]),
                                    sum);
                }
                return Double.doubleToRawLongBits(sum);
            }
            case FLOAT32 -> {
                float sum = 0;
                for (int k = from; k < to; k++) {
                    sum =
                            Math.fma(
                                    Float.intBitsToFloat((int) row[k]),
                                    Float.intBitsToFloat((int) column[k]),
                                    sum);
                }
                return Float.floatToRawIntBits(sum);
            }
            default -> {
                long sum = 0;
                for (int k = from; k < to; k++) {
                    sum += row[k] * column[k];
                }
                return sum;
            }
        }
    }

    private static long add(DType dtype, long a, long b) {
        return switch (dtype) {
            case FLOAT64 ->
                    Double.doubleToRawLongBits(
                            Double.longBitsToDouble(a) + Double.longBitsToDouble(b));
            case FLOAT32 ->
                    Float.floatToRawIntBits(
                            Float.intBitsToFloat((int) a) + Float.intBitsToFloat((int) b));
            default -> a + b;
        };
    }
}
