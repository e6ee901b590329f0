package io.tharsis.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Very large and very small numbers, mixed dtypes, no elements; expected values are NumPy's. */
class LinalgEdgesTest {
    private Session session;
    private AutoCloseable binding;

    @BeforeEach
    void open() {
        session = RandomMatrices.session(2, 5000);
        binding = session.bind();
    }

    @AfterEach
    void close() throws Exception {
        binding.close();
        session.close();
    }

    private static double detOfDiagonal(double... elements) {
        return Linalg.det(Tensors.diag(Tensors.array(elements))).item();
    }

    @Test
    void shouldMultiplyPivotsWithoutOverflow() {
        Tensor alternating = Tensors.tile(Tensors.array(new double[] {1e12, 1e-12}), 150);
        assertEquals(1, Linalg.det(Tensors.diag(alternating)).item(), 1e-12);
        Tensor aroundZero = Tensors.arange(-200, 200).astype(DType.FLOAT64);
        assertEquals(0, Linalg.det(Tensors.diag(aroundZero)).item());
        assertEquals(-1, detOfDiagonal(1e300, 1e300, -1e-300, 1e-300), 1e-15);
        assertEquals(15e-324, detOfDiagonal(1e-300, 5e-324, 1e300, 3));
        assertEquals(Double.POSITIVE_INFINITY, detOfDiagonal(1e300, 1e300));
        assertEquals(Double.NEGATIVE_INFINITY, detOfDiagonal(1, -1e300, 1e300));
        assertEquals(0, detOfDiagonal(1e-300, 1e-300));
        assertEquals(Double.NaN, detOfDiagonal(1, Double.NaN, 0));
    }

    @Test
    void shouldFindEigenvaluesOfMatricesOfAnyScale() {
        Tensor a = Tensors.array(new double[][] {{2, 1, 0}, {1, 3, 1}, {0, 1, 4}});
        double[] expected = {3 - Math.sqrt(3), 3, 3 + Math.sqrt(3)};
        for (double scale : new double[] {1, 1e154, 1e-156, 1e300, 1e-290}) {
            double[] values = Linalg.eigvals(a.times(scale)).sort().toDoubleArray();
            for (int i = 0; i < 3; i++) {
                assertEquals(expected[i] * scale, values[i], 1e-13 * scale, "scale " + scale);
            }
        }
    }

    @Test
    void shouldTakeThePrecisionOfBothArgumentsForLeastSquares() {
        Tensor a = Tensors.diag(Tensors.array(new float[] {1, 1e-7f}));
        var narrow = Linalg.lstsq(a, Tensors.array(new float[] {1, 1}));
        var wide = Linalg.lstsq(a, Tensors.array(new double[] {1, 1}));
        assertEquals(1, narrow.rank().item());
        assertEquals(2, wide.rank().item());
        assertArrayEquals(new double[] {1, 1 / 1e-7f}, wide.x().toDoubleArray(), 1);
    }

    @Test
    void shouldAnswerForNoElementsAsNumPyDoes() {
        for (long[] shape : new long[][] {{0, 0}, {0, 3}, {3, 0}}) {
            Tensor none = Tensors.zeros(shape);
            assertEquals(0, Linalg.matrixRank(none).item());
            assertEquals(0, Linalg.norm(none, Double.POSITIVE_INFINITY).item());
            assertEquals(0, Linalg.norm(none, 1).item());
            assertEquals(0, Linalg.norm(none, 2).item());
            assertEquals(0, Linalg.norm(none, "nuc").item());
        }
        assertArrayEquals(
                new double[2],
                Linalg.matrixRank(Tensors.zeros(2, 0, 0)).astype(DType.FLOAT64).toDoubleArray());
        assertEquals(0, Linalg.matrixRank(Tensors.zeros(0, 2, 2)).execute().size());
        assertEquals(0, Linalg.cond(Tensors.zeros(0, 2, 2)).execute().size());
        assertEquals(1, Linalg.det(Tensors.zeros(0, 0)).item());
    }
}
