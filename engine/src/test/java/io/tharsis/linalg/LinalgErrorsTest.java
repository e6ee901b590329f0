package io.tharsis.linalg;

import static io.tharsis.Tensors.array;
import static io.tharsis.Tensors.eye;
import static io.tharsis.Tensors.ones;
import static io.tharsis.Tensors.zeros;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.ClosedException;
import io.tharsis.Session;
import io.tharsis.ShapeException;
import io.tharsis.Slice;
import io.tharsis.Tensor;
import io.tharsis.Tensors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Matrices without an answer, shapes that do not fit, and what is not finite. */
class LinalgErrorsTest {
    private Session session;
    private Session.Binding binding;

    @BeforeEach
    void open() {
        session = RandomMatrices.session(2, 10_000);
        binding = session.bind();
    }

    @AfterEach
    void close() {
        binding.close();
        session.close();
    }

    private static void refuses(
            Class<? extends Exception> type, Executable call, String... fragments) {
        String message = assertThrows(type, call).getMessage();
        for (String fragment : fragments) {
            assertTrue(message.contains(fragment), message);
        }
    }

    /** The identity with another element at (i, i). */
    private static Tensor with(long n, long i, double element) {
        return eye(n).set(new Slice[] {Slice.at(i), Slice.at(i)}, element);
    }

    private static Tensor random(long rows, long columns) {
        return Tensors.random(1).normal(rows, columns);
    }

    @Test
    void shouldNameThePivotOfASingularMatrixInOneCallAndInBlocks() {
        for (long n : new long[] {20, 700}) {
            long place = n - 7;
            Tensor singular = with(n, place, 0);
            refuses(
                    LinAlgException.class,
                    () -> Linalg.solve(singular, ones(n)).execute(),
                    "solve",
                    "pivot " + place + " is 0",
                    "lstsq");
            refuses(
                    LinAlgException.class,
                    () -> Linalg.inv(singular).execute(),
                    "inv",
                    "pivot " + place);
            refuses(
                    LinAlgException.class,
                    () -> Linalg.solveTriangular(singular, ones(n)).execute(),
                    "solveTriangular",
                    "pivot " + place);
            assertEquals(0, Linalg.det(singular).item());
        }
    }

    @Test
    void shouldNameThePivotThatIsNotPositive() {
        for (long n : new long[] {20, 700}) {
            refuses(
                    LinAlgException.class,
                    () -> Linalg.cholesky(with(n, n - 3, -2)).execute(),
                    "not positive definite",
                    "pivot " + (n - 3) + " is -2.0");
        }
    }

    @Test
    void shouldSayThatEigenvaluesAreComplex() {
        refuses(
                LinAlgException.class,
                () -> Linalg.eig(array(new double[][] {{1, 2}, {-2, 1}})).values().execute(),
                "complex eigenvalues",
                "1.0 ± 2.0i");
    }

    @Test
    void shouldNameBothShapesOnTheCallersLine() {
        refuses(ShapeException.class, () -> Linalg.solve(eye(3), ones(4)), "(3, 3)", "(4,)");
        refuses(ShapeException.class, () -> Linalg.lstsq(ones(5, 2), ones(4)), "(5, 2)", "(4,)");
        refuses(ShapeException.class, () -> Linalg.inv(ones(2, 3)), "square", "(2, 3)");
        refuses(ShapeException.class, () -> Linalg.svd(ones(3)), "(3,)", "expandDims");
        refuses(
                ShapeException.class,
                () -> Tensors.einsum("ij,jk", ones(2, 3), ones(4, 5)),
                "(2, 3)",
                "(4, 5)",
                "'j' has lengths 3 and 4");
        refuses(ShapeException.class, () -> Tensors.dot(ones(2, 3), ones(2, 3)), "dot", "(2, 3)");
        refuses(
                ShapeException.class,
                () -> Tensors.tensordot(ones(2, 3), ones(3, 2)),
                "(2, 3)",
                "(3, 2)");
    }

    @Test
    void shouldRefuseClosedTensors() {
        Tensor a = random(4, 4).execute();
        a.close();
        assertThrows(ClosedException.class, () -> Linalg.qr(a));
        assertThrows(ClosedException.class, () -> Linalg.solve(eye(4), a));
        assertThrows(ClosedException.class, () -> Linalg.multiDot(eye(4), a));
    }

    private static void shape(Tensor a, long... expected) {
        assertArrayEquals(expected, a.execute().shape());
    }

    @Test
    void shouldAnswerEmptyMatricesAndStacksAsNumPyDoes() {
        shape(Linalg.qr(zeros(0, 3)).r(), 0, 3);
        shape(Linalg.qr(zeros(2, 3, 0)).q(), 2, 3, 0);
        assertEquals(3, Linalg.qr(zeros(3, 0), true).q().sum().item());
        shape(Linalg.qrTriangle(zeros(3, 0)), 0, 0);
        shape(Linalg.svd(zeros(0, 3)).vt(), 0, 3);
        assertEquals(3, Linalg.svd(zeros(0, 3), true).vt().sum().item());
        shape(Linalg.svdvals(zeros(4, 0, 3)), 4, 0);
        shape(Linalg.eigh(zeros(0, 300, 300)).vectors(), 0, 300, 300);
        shape(Linalg.eigvalsh(zeros(0, 300, 300)), 0, 300);
        shape(Linalg.cholesky(zeros(0, 300, 300)), 0, 300, 300);
        shape(Linalg.det(zeros(0, 300, 300)), 0);
        shape(Linalg.lu(zeros(0, 300, 200)).u(), 0, 200, 200);
        var none = Linalg.lstsq(zeros(0, 3), zeros(0));
        shape(none.x(), 3);
        assertEquals(0, none.rank().itemLong());
        assertEquals(2, Linalg.lstsq(zeros(2, 0), ones(2, 1)).residuals().sum().item());
    }

    @Test
    void shouldTakeAnyExponent() {
        assertEquals(3, Linalg.matrixPower(eye(3), Long.MIN_VALUE).sum().item());
    }

    /** Rounding makes pairs of equal eigenvalues complex, or lets them never settle. */
    @Test
    void shouldFindMultipleEigenvaluesOfGeneralMatrices() {
        long n = 260;
        Tensor values = Tensors.sort(Linalg.eigvals(ones(n, n).plus(eye(n)))).execute();
        assertEquals(n + 1, values.get("-1").item(), 1e-10);
        assertTrue(values.get(":-1").minus(1).abs().max().item() < 1e-10);
    }

    @Test
    void shouldPassNanOn() {
        for (long n : new long[] {20, 400}) {
            Tensor a = with(n, 3, Double.NaN);
            assertTrue(Double.isNaN(Linalg.det(a).item()));
            assertTrue(Linalg.solve(a, ones(n)).isnan().any().itemBoolean());
            assertTrue(Linalg.inv(a).isnan().any().itemBoolean());
            assertTrue(Linalg.cholesky(a).isnan().any().itemBoolean());
            assertTrue(Linalg.qr(a).r().isnan().any().itemBoolean());
            assertTrue(Linalg.eigvalsh(a).isnan().all().itemBoolean());
            assertTrue(Double.isNaN(Linalg.cond(a, 1.0).item()));
            refuses(LinAlgException.class, () -> Linalg.svdvals(a).execute(), "NaN");
        }
    }

    @Test
    void shouldPassNanOnThroughTheTreeOfATallMatrix() {
        Tensor a = random(20_000, 3).set(new Slice[] {Slice.at(15_000), Slice.at(1)}, Double.NaN);
        assertTrue(Linalg.qrTriangle(a).isnan().any().itemBoolean());
        refuses(LinAlgException.class, () -> Linalg.lstsq(a, ones(20_000)).x().execute(), "NaN");
    }

    @Test
    void shouldFactorTallMatricesOfZerosAndOfExtremes() {
        Tensor none = zeros(5000, 4);
        assertEquals(0, Linalg.qr(none).r().abs().max().item());
        assertEquals(0, Linalg.svd(none).s().max().item());
        for (double scale : new double[] {1e-200, 1e200}) {
            Tensor a = random(5000, 4).times(scale).execute();
            var qr = Linalg.qr(a);
            double error = qr.q().matmul(qr.r()).minus(a).abs().max().item();
            assertTrue(error < 1e-13 * scale, "error " + error + " at " + scale);
            assertTrue(RandomMatrices.skew(qr.q()) < 1e-13);
        }
    }
}
