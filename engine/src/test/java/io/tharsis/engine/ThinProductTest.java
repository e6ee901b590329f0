package io.tharsis.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.engine.memory.MemoryBudget;

import org.junit.jupiter.api.Test;

/** Products with a vector, and of few elements with many terms. */
class ThinProductTest {
    private static final long SEED = Long.getLong("tharsis.seed", 20_261_121L);

    @Test
    void shouldGiveTheBitsOfTheReferenceForProductsWithAVector() {
        ProductTest.compare(
                SEED + 70_000,
                60,
                300,
                (random, most) -> {
                    long m = random.length(most);
                    long k = random.length(most);
                    DType type = random.dtype();
                    return switch (random.number(3)) {
                        case 0 -> random.matrix(type, m, k).matmul(random.matrix(type, k));
                        case 1 -> random.matrix(type, k).matmul(random.matrix(type, k, m));
                        default -> random.matrix(type, k).matmul(random.matrix(type, k));
                    };
                });
    }

    @Test
    void shouldGiveTheBitsOfTheReferenceForFewElementsOfManyTerms() {
        ProductTest.compare(
                SEED + 80_000,
                3,
                300_000,
                (random, most) -> {
                    long k = most + random.number(100_000);
                    Tensor a = Tensors.random(random.number(100)).uniform(2 + random.number(4), k);
                    Tensor b = Tensors.random(random.number(100)).normal(k, 2 + random.number(4));
                    return random.number(2) == 0 ? a.matmul(b) : a.execute().matmul(a.T()).plus(1);
                });
    }

    @Test
    void shouldMultiplyWholeNumbersWithVectorsAsNumPyDoes() {
        try (Session session = session();
                var _ = session.bind()) {
            Tensor a = Tensors.arange(6).reshape(2, 3);
            Tensor x = Tensors.arange(3);
            assertArrayEquals(new long[] {5, 14}, a.matmul(x).toLongArray());
            assertArrayEquals(
                    new double[] {5, 14}, a.astype(DType.FLOAT64).matmul(x).toDoubleArray());
            assertArrayEquals(
                    new double[] {9, 13, 17},
                    Tensors.arange(1, 3)
                            .astype(DType.FLOAT64)
                            .matmul(Tensors.arange(2, 8).reshape(2, 3))
                            .minus(Tensors.array(new double[] {3, 2, 1}))
                            .toDoubleArray());
            assertEquals(5, x.matmul(x).itemLong());
        }
    }

    @Test
    void shouldHandOnNanAndInfinity() {
        try (Session session = session();
                var _ = session.bind()) {
            double inf = Double.POSITIVE_INFINITY;
            Tensor a = Tensors.array(new double[] {inf, 1, inf, 0, Double.NaN, 1}).reshape(3, 2);
            double[] y = a.matmul(Tensors.array(new double[] {1, 0})).toDoubleArray();
            assertEquals(inf, y[0]);
            assertEquals(inf, y[1]);
            assertTrue(Double.isNaN(y[2]));
            double[] z = Tensors.array(new double[] {0, 1, 1}).matmul(a).toDoubleArray();
            assertTrue(Double.isNaN(z[0]));
            assertEquals(1, z[1]);
        }
    }

    @Test
    void shouldAddSlicesOfALongInnerDimension() {
        try (Session session = session();
                var _ = session.bind()) {
            long k = 300_001;
            Tensor a = Tensors.ones(2, k).execute();
            Tensor b = Tensors.arange(2 * k).astype(DType.FLOAT64).reshape(k, 2).execute();
            double even = (double) k * (k - 1);
            assertArrayEquals(
                    new double[] {even, even + k, even, even + k},
                    a.matmul(b).ravel().toDoubleArray());
        }
    }

    private static Session session() {
        return Session.over(new LocalEngine(2, new MemoryBudget(256 << 20), 1 << 20, 0), false);
    }
}
