package io.tharsis.engine.tile;

import static io.tharsis.Tensors.arange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.Session;
import io.tharsis.Slice;
import io.tharsis.Tensor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Where results are cut: as their largest input where that carries over, in chunks of about the
 * chosen size.
 */
class GridsTest {
    private final Session session =
            Session.local().threads(1).memory("64m").chunkBytes(8000).open();
    private final Session.Binding bound = session.bind();
    private final Tensor x = arange(10_000).plus(0).rechunk(3000).execute();

    @AfterEach
    void close() {
        bound.close();
        session.close();
    }

    private static long[] cuts(Tensor t, int axis) {
        return t.execute().chunks().orElseThrow().cuts(axis);
    }

    @Test
    void shouldCutAsTheInput() {
        assertArrayEquals(new long[] {0, 3000, 6000, 9000, 10_000}, cuts(x.times(2), 0));
        assertArrayEquals(
                new long[] {0, 2000, 5000, 8000}, cuts(x.get(Slice.range(1000, 9000)).times(2), 0));
    }

    @Test
    void shouldCutWhereAStrideCrossesACutOfTheInput() {
        assertArrayEquals(
                new long[] {0, 1000, 4000, 7000, 10_000},
                cuts(x.get(Slice.reversed()).times(2), 0));
        assertArrayEquals(
                new long[] {0, 1500, 3000, 4500, 5000}, cuts(x.get(Slice.every(2)).times(2), 0));
        assertArrayEquals(
                new long[] {0, 429, 858, 1286, 1429}, cuts(x.get(Slice.every(7)).times(2), 0));
    }

    @Test
    void shouldKeepEveryChunkInOneChunkOfAStridedInput() {
        assertTrue(session.explain(x.get(Slice.every(-3)).times(2)).endsWith("  4 tasks\n"));
    }

    @Test
    void shouldCutAxesThatASmallInputDoesNotWalk() {
        Tensor product = x.expandDims(1).times(arange(100)).execute();
        assertArrayEquals(new long[] {0, 3000, 6000, 9000, 10_000}, cuts(product, 0));
        assertEquals(101, cuts(product, 1).length);
        assertEquals(9999L * 99, product.max().itemLong());
        Tensor sums = x.expandDims(1).times(arange(100)).sum(1).execute();
        assertEquals(9999L * 4950, sums.get(Slice.at(-1)).itemLong());
    }
}
