package io.tharsis.linalg;

import static io.tharsis.Tensors.eye;
import static io.tharsis.Tensors.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.linalg.Linalg.Svd;

import org.junit.jupiter.api.Test;

/** Matrices of more bytes than the session's memory. */
class LinalgMemoryTest {
    private static final long BUDGET = 24L << 20;

    @FunctionalInterface
    private interface Body {
        double error();
    }

    private static void withinTheBudget(Body body) {
        Session session = Session.local().threads(2).memory("24m").open();
        try (session;
                var _ = session.bind()) {
            try (var _ = session.scope()) {
                double error = body.error();
                assertTrue(error < 1e-11, "error " + error);
            }
            assertTrue(session.memory().peak() <= BUDGET, () -> "peak " + session.memory());
            assertEquals(0, session.memory().inUse());
        }
    }

    private static double largest(Tensor a) {
        return a.abs().max().item();
    }

    @Test
    void shouldTakeATallMatrixApartAndPutItTogetherAgain() {
        withinTheBudget(
                () -> {
                    Tensor a = random(0).normal(400_000, 16);
                    Svd svd = Linalg.svd(a);
                    return largest(svd.u().times(svd.s()).matmul(svd.vt()).minus(a));
                });
    }

    @Test
    void shouldFactorASquareMatrix() {
        withinTheBudget(
                () -> {
                    Tensor a = random(0).normal(2000, 2000);
                    Tensor definite = a.plus(a.T()).plus(eye(2000).times(200));
                    Tensor l = Linalg.cholesky(definite);
                    return largest(l.matmul(l.T()).minus(definite));
                });
    }
}
