package io.tharsis.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.Random;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.TharsisException;
import io.tharsis.kernels.random.Philox;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

class RandomTest {
    private static final List<Function<Random, Tensor>> DISTRIBUTIONS =
            List.of(
                    random -> random.uniform(7, 11, 13),
                    random -> random.uniform(DType.FLOAT32, 7, 11, 13),
                    random -> random.uniform(-2.0, 5.0, 1001),
                    random -> random.integers(-5, 1L << 40, 33, 31),
                    random -> random.normal(1001),
                    random -> random.normal(DType.FLOAT32, 11, 91),
                    random -> random.normal(3.0, 0.5, 1001),
                    random -> random.exponential(1001),
                    random -> random.exponential(2.5, 1001),
                    random -> random.bernoulli(0.25, 1001),
                    random -> random.permutation(1001),
                    random -> random.shuffle(Tensors.arange(3003).reshape(1001, 3)),
                    random -> random.shuffle(Tensors.arange(3003).reshape(3, 1001), 1));

    private final Session session = GoldenRows.localSession(1 << 20);
    private Session.Binding binding;

    @BeforeEach
    void bind() {
        binding = session.bind();
    }

    @AfterEach
    void unbind() {
        binding.close();
        session.close();
    }

    private static long[][] drawAll(Session fresh) {
        try (Session open = fresh;
                var _ = open.bind()) {
            Random random = Tensors.random(5);
            return DISTRIBUTIONS.stream()
                    .map(draw -> GoldenRows.bits(draw.apply(random)))
                    .toArray(long[][]::new);
        }
    }

    @Test
    void shouldTakeWholeNumbersForLengthsAndDoublesForBounds() {
        assertArrayEquals(new long[] {0, 1, 5}, Tensors.random(1).uniform(0, 1, 5).shape());
        assertArrayEquals(new long[] {5}, Tensors.random(1).uniform(0.0, 1.0, 5).shape());
        assertArrayEquals(new long[] {0, 1, 5}, Tensors.random(1).normal(0, 1, 5).shape());
        assertArrayEquals(new long[] {5}, Tensors.random(1).exponential(2.0, 5).shape());
    }

    @Test
    void shouldDrawTheSameBitsForEveryChunking() {
        long[][] reference = drawAll(GoldenRows.referenceSession());
        for (long chunkBytes : new long[] {64, 1000, 1 << 20}) {
            long[][] drawn = drawAll(GoldenRows.localSession(chunkBytes));
            for (int i = 0; i < reference.length; i++) {
                assertArrayEquals(
                        reference[i],
                        drawn[i],
                        "distribution " + i + ", chunks of " + chunkBytes + " bytes");
            }
        }
    }

    @Test
    void shouldGiveEachCallTheNextStreamOfThePublishedGenerator() {
        Random random = Tensors.random(42);
        for (int call = 0; call < 3; call++) {
            double[] drawn = random.uniform(9).toDoubleArray();
            for (int i = 0; i < drawn.length; i++) {
                assertEquals((Philox.long64(42, call, i) >>> 11) * 0x1p-53, drawn[i]);
            }
        }
        float[] words = random.uniform(DType.FLOAT32, 9).toFloatArray();
        for (int i = 0; i < words.length; i++) {
            assertEquals((Philox.int32(42, 3, i) >>> 8) * 0x1p-24f, words[i]);
        }
    }

    @Test
    void shouldDrawTheSameNumbersInAnyShape() {
        assertArrayEquals(
                Tensors.random(7).uniform(3, 5).toDoubleArray(),
                Tensors.random(7).uniform(15).toDoubleArray());
    }

    @Test
    void shouldStartTheDefaultGeneratorAnewWhenSeeded() {
        Tensors.seed(3);
        double[] first = Tensors.uniform(4).toDoubleArray();
        assertFalse(Arrays.equals(first, Tensors.uniform(4).toDoubleArray()));
        Tensors.seed(3);
        assertArrayEquals(first, Tensors.uniform(4).toDoubleArray());
    }

    @Test
    void shouldDrawWithinBounds() {
        Random random = Tensors.random(1);
        assertTrue(random.integers(-3, 4, 1000).abs().le(3).all().itemBoolean());
        assertEquals(7, random.integers(-3, 4, 1000).unique().execute().size());
        assertTrue(random.uniform(DType.FLOAT32, 2.0, 3.0, 1000).floor().eq(2).all().itemBoolean());
        assertTrue(random.exponential(1000).ge(0).all().itemBoolean());
        assertEquals(0.3, random.bernoulli(0.3, 20_000).mean().item(), 0.02);
        assertEquals(5, random.normal(5.0, 2.0, 20_000).mean().item(), 0.1);
        assertArrayEquals(
                Tensors.arange(100).toLongArray(), random.permutation(100).sort().toLongArray());
        assertEquals(4950, random.shuffle(Tensors.arange(100)).sum().item());
        assertEquals(0, random.permutation(0).size());
    }

    @Test
    void shouldRejectBoundsWithoutNumbersBetween() {
        Random random = Tensors.random(1);
        assertThrows(TharsisException.class, () -> random.integers(4, 4, 1));
        assertThrows(TharsisException.class, () -> random.uniform(2.0, 2.0, 1));
        assertThrows(TharsisException.class, () -> random.uniform(-1e308, 1e308, 1));
        assertThrows(TharsisException.class, () -> random.bernoulli(1.5, 1));
        assertThrows(TharsisException.class, () -> random.normal(DType.INT32, 1));
        assertThrows(TharsisException.class, () -> random.permutation(-1));
    }
}
