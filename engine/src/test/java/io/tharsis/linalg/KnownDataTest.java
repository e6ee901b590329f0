package io.tharsis.linalg;

import static io.tharsis.Tensors.array;
import static io.tharsis.Tensors.concatenate;
import static io.tharsis.Tensors.fromNpy;
import static io.tharsis.Tensors.ones;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Data whose answers are known: certified ones, and NumPy's. */
class KnownDataTest {
    /** NIST Statistical Reference Datasets, Longley: parameters B0 to B6. */
    private static final double[] CERTIFIED = {
        -3482258.63459582,
        15.0618722713733,
        -0.358191792925910E-01,
        -2.02022980381683,
        -1.03322686717359,
        -0.511041056535807E-01,
        1829.15146461355
    };

    private static final double CERTIFIED_RESIDUALS = 836424.055505915;

    private static double[][] longley() {
        try (var stream = KnownDataTest.class.getResourceAsStream("/linalg/longley.csv")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .map(line -> Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble))
                    .map(java.util.stream.DoubleStream::toArray)
                    .toArray(double[][]::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The matrix has condition 4.9e9, so a backward stable method keeps some ten digits; refinement
     * makes them all right, to the last bits of a double.
     */
    @Test
    void shouldReproduceTheCertifiedLongleyRegression() {
        try (Session session = RandomMatrices.session(2, 1 << 20);
                var _ = session.bind()) {
            Tensor data = array(longley());
            Tensor a = concatenate(1, ones(16, 1), data.get(":, 1:"));
            var solution = Linalg.lstsq(a, data.get(":, 0"));
            double[] x = solution.x().toDoubleArray();
            for (int i = 0; i < x.length; i++) {
                double digits = -Math.log10(Math.abs(x[i] - CERTIFIED[i]) / Math.abs(CERTIFIED[i]));
                assertTrue(digits > 14.5, "B" + i + " has " + digits + " digits");
            }
            assertEquals(7, solution.rank().itemLong());
            assertEquals(
                    CERTIFIED_RESIDUALS, solution.residuals().item(), 1e-14 * CERTIFIED_RESIDUALS);
        }
    }

    /** Columns are rounded when they are scaled to length 1: their condition is 43275. */
    @Test
    void shouldKeepTheDigitsOfLongleyThatScalingLeaves() {
        try (Session session = RandomMatrices.session(2, 1 << 20);
                var _ = session.bind()) {
            Tensor data = array(longley());
            Tensor a = concatenate(1, ones(16, 1), data.get(":, 1:"));
            Tensor lengths = Linalg.norm(a, false, 0);
            var solution = Linalg.lstsq(a.div(lengths), data.get(":, 0"));
            double[] x = solution.x().div(lengths).toDoubleArray();
            for (int i = 0; i < x.length; i++) {
                double digits = -Math.log10(Math.abs(x[i] - CERTIFIED[i]) / Math.abs(CERTIFIED[i]));
                assertTrue(digits > 10.5, "B" + i + " has " + digits + " digits");
            }
        }
    }

    @Test
    void shouldFindThePrincipalComponentsOfTheDigitsThatNumPyFinds() {
        try (Session session = RandomMatrices.session(2, 1 << 16);
                var _ = session.bind()) {
            Tensor images =
                    fromNpy(Path.of("../examples/data/digits_images.npy"))
                            .reshape(-1, 64)
                            .astype(DType.FLOAT64);
            Tensor expected = fromNpy(Path.of("src/test/resources/linalg/digits_pca.npy"));
            var svd = Linalg.svd(images.minus(images.mean(0)));
            Tensor values = expected.get("0");
            assertTrue(
                    svd.s().minus(values).abs().max().item() < 1e-12 * values.max().item(),
                    "singular values");
            Tensor turns = svd.vt().get(":10").times(expected.get("1:")).sum(1);
            assertTrue(turns.abs().minus(1).abs().max().item() < 1e-12, "components up to sign");
        }
    }
}
