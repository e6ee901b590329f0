package io.tharsis.engine.tile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;

/**
 * The tree of float reductions is a promise: engine and reference share its constants, so only
 * fixed bits can show a change.
 */
final class FoldTreeTest {
    @ParameterizedTest
    @ValueSource(longs = {1L << 12, 1L << 16, 1L << 26})
    void shouldKeepTheBitsOfSumsForEver(long chunkBytes) {
        try (Session session =
                        Session.local().threads(2).memory(64 << 20).chunkBytes(chunkBytes).open();
                Session.Binding _ = session.bind()) {
            Tensor doubles = Tensors.random(1).uniform(200_001).execute();
            Tensor floats = Tensors.random(2).uniform(DType.FLOAT32, 200_001).execute();
            Tensor rows = Tensors.random(3).uniform(1001, 37).execute();
            assertEquals("40f863f29bb86e3d", bits(doubles.sum()));
            assertEquals("3fb5460172300662", bits(doubles.var()));
            assertEquals(
                    "47c36e74",
                    Integer.toHexString(Float.floatToRawIntBits((float) floats.sum().item())));
            assertEquals("407e84d1811a8d46", bits(rows.sum(0).get(5)));
            assertEquals("40339d46d5608885", bits(rows.sum(1).get(5)));
        }
    }

    /** Of more than the caches hold, and of as much in chunks that they do hold. */
    @Test
    void shouldKeepTheBitsOfWhatComesFromMemory() {
        String[] whole = foldsOf(1L << 26);
        assertArrayEquals(whole, foldsOf(1L << 20));
        assertArrayEquals(whole, foldsOf((1L << 19) + 8));
    }

    private static String[] foldsOf(long chunkBytes) {
        try (Session session = Session.local().threads(2).chunkBytes(chunkBytes).open();
                Session.Binding _ = session.bind()) {
            Tensor doubles = Tensors.random(1).uniform(-1.0, 1.0, 1_700_003).execute();
            Tensor floats = Tensors.random(2).uniform(DType.FLOAT32, 2, 1_300_003).execute();
            Tensor lines = Tensors.random(3).integers(-1000, 1000, 300, 5000).execute();
            List<Tensor> folds =
                    List.of(
                            doubles.sum(),
                            doubles.plus(1).times(2).sum(),
                            doubles.var(),
                            doubles.max(),
                            floats.sum(1),
                            floats.times(floats).mean(),
                            lines.sum(1),
                            lines.min());
            return folds.stream()
                    .map(fold -> Arrays.toString(fold.astype(DType.FLOAT64).toDoubleArray()))
                    .toArray(String[]::new);
        }
    }

    private static String bits(Tensor number) {
        return Long.toHexString(Double.doubleToRawLongBits(number.item()));
    }

    @Test
    void shouldCoverRangesByTheirLargestAlignedNodes() {
        for (long from = 0; from < 40; from++) {
            for (long to = from; to < 80; to++) {
                long next = from;
                for (FoldTree.Node node : FoldTree.nodes(from, to, 62)) {
                    assertEquals(next, node.firstBlock());
                    next += node.blockCount();
                    boolean isLargest =
                            node.firstBlock() % (2 * node.blockCount()) != 0
                                    || node.firstBlock() + 2 * node.blockCount() > to;
                    assertTrue(isLargest, "blocks " + from + " to " + to + ": " + node);
                }
                assertEquals(to, next);
            }
        }
        assertEquals(
                List.of(new FoldTree.Node(2, 0), new FoldTree.Node(0, 4)),
                FoldTree.nodes(0, 5, 62));
        assertEquals(
                List.of(new FoldTree.Node(1, 0), new FoldTree.Node(1, 1)), FoldTree.nodes(0, 4, 1));
    }
}
