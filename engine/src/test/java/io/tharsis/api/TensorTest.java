package io.tharsis.api;

import static io.tharsis.Tensors.*;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.ClosedException;
import io.tharsis.Computation;
import io.tharsis.DType;
import io.tharsis.DTypeException;
import io.tharsis.Session;
import io.tharsis.ShapeException;
import io.tharsis.Slice;
import io.tharsis.Tensor;
import io.tharsis.TharsisException;
import io.tharsis.engine.Engine;
import io.tharsis.engine.LocalEngine;
import io.tharsis.engine.graph.ChunkSource;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.memory.PoolStats;
import io.tharsis.engine.storage.ChunkSink;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class TensorTest {
    /** Counts executions. */
    private static final class CountingEngine implements Engine {
        private final Engine local = new LocalEngine(2, new MemoryBudget(1L << 28), 1 << 16);
        private int executions;

        @Override
        public void execute(List<Operand> roots, Computation computation) {
            executions++;
            local.execute(roots, computation);
        }

        @Override
        public void stream(Operand root, ChunkSink sink, Computation computation) {
            local.stream(root, sink, computation);
        }

        @Override
        public String explain(List<Operand> roots) {
            return local.explain(roots);
        }

        @Override
        public PoolStats memory() {
            return local.memory();
        }

        @Override
        public void close() {
            local.close();
        }
    }

    private final CountingEngine engine = new CountingEngine();
    private final Session session = Session.over(engine, false);
    private Session.Binding binding;

    @BeforeEach
    void bind() {
        binding = session.bind();
    }

    @AfterEach
    void unbind() {
        binding.close();
        if (!session.isClosed()) {
            session.close();
        }
    }

    private static void assertMessage(
            Class<? extends TharsisException> type, String part, Runnable action) {
        String message = assertThrows(type, action::run).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void shouldDescribeItselfWithoutComputing() {
        Tensor x = uniform(1000, 1000).plus(1);
        assertEquals("Tensor(1000, 1000) float64, 8000000 bytes, lazy", x.toString());
        assertEquals(0, engine.executions);
        Tensor y = arange(3).execute();
        assertEquals("Tensor(3,) int64, 24 bytes, 1 chunk (3), stored", y.toString());
        y.close();
        assertEquals("Tensor(3,) int64, 24 bytes, closed", y.toString());
    }

    @Test
    void shouldBuildWithoutComputing() {
        Tensor x = arange(10).times(2.5).get("::2").sum();
        assertEquals(0, engine.executions);
        assertEquals(50, x.item());
    }

    @Test
    void shouldComputeAtOnceInAnEagerSession() {
        var counting = new CountingEngine();
        try (Session eager = Session.over(counting, true);
                var _ = eager.bind()) {
            assertTrue(arange(3).plus(1).isStored());
            assertEquals(2, counting.executions);
        }
    }

    @Test
    void shouldRejectASecondCloseAndAnyUseAfterTheFirst() {
        Tensor x = arange(3);
        x.close();
        assertMessage(ClosedException.class, "closed already", x::close);
        assertMessage(ClosedException.class, "(3,) int64", () -> x.plus(1));
        assertMessage(ClosedException.class, "(3,) int64", x::item);
        assertMessage(ClosedException.class, "(3,) int64", () -> ones(3).plus(x));
    }

    @Test
    void shouldRejectTensorsOfAClosedSession() {
        Tensor x = arange(3);
        session.close();
        assertMessage(ClosedException.class, "session is closed", () -> x.plus(1));
        assertMessage(ClosedException.class, "session is closed", () -> arange(3));
    }

    @Test
    void shouldGiveAHandleOfItsOwnWhereNothingChanges() {
        Tensor x = arange(3);
        Tensor y = x.astype(DType.INT64);
        x.close();
        assertArrayEquals(new long[] {0, 1, 2}, y.toLongArray());
        assertNotEquals(x, y);
    }

    @Test
    void shouldAnswerItemsOfSizeOneOnly() {
        assertEquals(2.5, of(2.5).reshape(1, 1).item());
        assertEquals(-1L, scalar(-1).astype(DType.UINT64).itemLong());
        assertEquals(255, scalar(255, DType.UINT8).itemLong());
        assertTrue(scalar(0.5).itemBoolean());
        assertMessage(ShapeException.class, "(3,)", () -> arange(3).item());
        assertMessage(DTypeException.class, "astype(INT64)", () -> scalar(2.5).itemLong());
    }

    @Test
    void shouldCopyArraysInAndOut() {
        double[] values = {1, 2, 3};
        Tensor x = array(values);
        values[0] = 99;
        assertArrayEquals(new double[] {1, 2, 3}, x.toDoubleArray());
        assertArrayEquals(new double[] {1, 0}, of(true, false).toDoubleArray());
        assertArrayEquals(new float[] {1, -2}, of((short) 1, (short) -2).toFloatArray());
        assertArrayEquals(new boolean[] {true, false}, of(true, false).toBooleanArray());
        assertArrayEquals(new byte[] {-1}, scalar(255, DType.UINT8).toByteArray());
        assertArrayEquals(new int[] {-1}, scalar(0xFFFFFFFFL, DType.UINT32).toIntArray());
        assertMessage(DTypeException.class, "astype(INT32)", () -> arange(3).toIntArray());
        assertMessage(DTypeException.class, "astype(BOOL)", () -> arange(3).toBooleanArray());
        assertMessage(DTypeException.class, "astype(FLOAT32)", () -> of(1.5).toFloatArray());
    }

    @Test
    void shouldNestArraysToTheRank() {
        int[][][] values = {{{1, 2}, {3, 4}, {5, 6}}, {{7, 8}, {9, 10}, {11, 12}}};
        Tensor x = array(values);
        assertArrayEquals(new long[] {2, 3, 2}, x.shape());
        assertArrayEquals(values, (int[][][]) x.toArray());
        assertEquals(7L, scalar(7).toArray());
        assertArrayEquals(new long[] {2, 0}, array(new float[2][0]).shape());
        assertArrayEquals(new long[] {0, 0}, array(new float[0][5]).shape());
    }

    @Test
    void shouldNameTheIndexWhereAnArrayIsRagged() {
        assertMessage(
                ShapeException.class,
                "[1, 0]",
                () -> array(new int[][][] {{{1, 2}, {3, 4}}, {{5}, {6, 7}}}));
        assertMessage(ShapeException.class, "null", () -> array(new int[][] {{1}, null}));
        assertMessage(DTypeException.class, "java.lang.String[]", () -> array(new String[] {"a"}));
    }

    @Test
    void shouldCopyMemoryOfExactlyItsShape() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4);
            Tensor x = array(memory, DType.FLOAT32, 2, 2);
            memory.fill((byte) 0);
            assertArrayEquals(new float[] {1, 2, 3, 4}, x.toFloatArray());
            assertMessage(
                    ShapeException.class,
                    "24 bytes, but the memory has 16",
                    () -> array(memory, DType.FLOAT32, 2, 3));
        }
    }

    @Test
    void shouldReadASourceOnlyWhenAsked() {
        int[] reads = {0};
        ChunkSource source =
                new ChunkSource() {
                    @Override
                    public String name() {
                        return "counter";
                    }

                    @Override
                    public void read(long[] origin, long[] shape, MemorySegment target) {
                        reads[0]++;
                        for (long i = 0; i < shape[0]; i++) {
                            target.setAtIndex(ValueLayout.JAVA_LONG, i, origin[0] + i);
                        }
                    }
                };
        Tensor x = from(source, DType.INT64, 4).times(2);
        assertEquals(0, reads[0]);
        assertArrayEquals(new long[] {0, 2, 4, 6}, x.toLongArray());
    }

    @Test
    void shouldMapBlocks() {
        Tensor x =
                arange(5)
                        .mapBlocks(
                                DType.FLOAT64,
                                (in, out) -> {
                                    for (long i = 0; i < in.size(); i++) {
                                        out.segment()
                                                .setAtIndex(
                                                        ValueLayout.JAVA_DOUBLE,
                                                        i,
                                                        in.segment()
                                                                        .getAtIndex(
                                                                                ValueLayout
                                                                                        .JAVA_LONG,
                                                                                i)
                                                                / 2.0);
                                    }
                                });
        assertArrayEquals(new double[] {0, 0.5, 1, 1.5, 2}, x.toDoubleArray());
    }

    @Test
    void shouldIndexInEveryForm() {
        Tensor x = arange(12).reshape(3, 4);
        assertEquals(6, x.get(1, 2).item());
        assertArrayEquals(new long[] {11, 7, 3}, x.get("::-1, -1").toLongArray());
        assertArrayEquals(new long[] {4, 6}, x.get(Slice.at(1), Slice.every(2)).toLongArray());
        assertArrayEquals(new long[] {9, 10, 11}, x.get(x.gt(8)).toLongArray());
        assertArrayEquals(new long[] {10}, x.get(x.gt(8)).get("1:2").toLongArray());
        assertArrayEquals(new long[] {11, 0}, x.get(of(2, 0), of(3, 0)).toLongArray());
        assertEquals(66 - 1 - 5 - 9 - 3 * 100L, x.set(":, 1", -100).sum().itemLong());
        assertEquals(3, x.set(x.ge(3), 0).sum().itemLong());
    }

    @Test
    void shouldChooseOverloadsAsNumPyChoosesDtypes() {
        assertEquals(DType.INT64, where(of(true), 1, 2).dtype());
        assertEquals(DType.FLOAT64, where(of(true), 1.0, 2).dtype());
        assertEquals(DType.UINT8, add(1, scalar(1, DType.UINT8)).dtype());
        assertEquals(DType.FLOAT32, scalar(1, DType.FLOAT32).times(2.5).dtype());
        assertArrayEquals(new long[] {5, 3}, uniform(5, 3).shape());
        assertArrayEquals(new long[] {4}, uniform(5.0, 6.0, 4).shape());
        assertEquals(8, power(2, of(3)).item());
        assertEquals(1024, of((short) 2).pow(10).item());
        assertEquals(1, of(0).pow(0).item());
    }

    @Test
    void shouldCloseWhatAScopeMade() {
        Tensor kept;
        Tensor dropped;
        try (var scope = session.scope()) {
            dropped = arange(3).execute();
            kept = scope.keep(arange(4).execute());
        }
        assertTrue(dropped.isClosed());
        assertFalse(kept.isClosed());
    }

    @Test
    void shouldShowTheEdgesOfWhatNoMemoryHolds() {
        assertTrue(uniform(10_000_000_000L).plus(1).text().contains(" ... "));
        assertTrue(engine.memory().peak() < 1 << 26, () -> engine.memory().toString());
    }

    @Test
    void shouldWriteAndReadFiles(@TempDir Path folder) {
        Tensor x = arange(24).reshape(2, 3, 4).T();
        x.toNpy(folder.resolve("x.npy"));
        assertFalse(x.isStored());
        x.execute();
        Tensor back = fromNpy(folder.resolve("x.npy"));
        assertFalse(back.isStored());
        assertTrue(arrayEqual(x, back).itemBoolean());
        toNpz(folder.resolve("x.npz"), Map.of("x", x, "flag", scalar(true)));
        Map<String, Tensor> both = fromNpz(folder.resolve("x.npz"));
        assertTrue(arrayEqual(x, both.get("x")).itemBoolean());
        assertTrue(both.get("flag").itemBoolean());
    }

    @Test
    void shouldNameTheFolderThatIsMissing(@TempDir Path folder) {
        Path path = folder.resolve("no").resolve("x.npy");
        String message =
                assertThrows(TharsisException.class, () -> arange(3).toNpy(path)).getMessage();
        assertTrue(message.contains("no folder " + path.getParent() + "; make it"), message);
    }

    @Test
    void shouldWriteAndFreeChunksAsTheyAreMade(@TempDir Path folder) {
        Tensor x = arange(3).reshape(3, 1).plus(zeros(DType.INT64, 1, 8_000_000));
        x.toNpy(folder.resolve("x.npy"));
        assertTrue(engine.memory().peak() < x.byteSize(), () -> engine.memory().toString());
        assertArrayEquals(
                new long[] {0, 8_000_000, 16_000_000},
                fromNpy(folder.resolve("x.npy")).sum(1).toLongArray());
    }

    @Test
    void shouldRaiseToHalfAsNumPyRoots() {
        double[] values = {4, -0.0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, -1};
        double[] roots = {2, 0, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN};
        assertArrayEquals(roots, of(values).pow(0.5).toDoubleArray());
    }

    @Test
    void shouldExplainItselfAndComputeAside() {
        Tensor x = arange(1000).times(2).sum();
        assertTrue(x.explain().contains("MULTIPLY"), x::explain);
        assertFalse(x.isStored());
        x.executeAsync().await();
        assertTrue(x.isStored());
        assertEquals(999_000, x.item());
    }

    @Test
    void shouldMakeTheLikeOfWhatOnlyARunCanSize() {
        Tensor positive = arange(-3, 4).get(arange(-3, 4).gt(0));
        assertEquals(3, zerosLike(positive).plus(1).sum().item());
        assertEquals(3, onesLike(positive, DType.FLOAT32).sum().item());
        assertEquals(15, fullLike(positive, 5).sum().item());
    }

    @Test
    void shouldRefuseMoreChunksThanCanBePlanned() {
        Tensor vast = zeros(1L << 58).plus(arange(1L << 58));
        String message = assertThrows(ShapeException.class, vast::execute).getMessage();
        assertTrue(message.contains("more than 2097152 chunks; choose larger"), message);
    }

    @Test
    void shouldExplainBadShapes() {
        assertMessage(ShapeException.class, "(3,) and (4,)", () -> arange(3).plus(arange(4)));
        assertMessage(ShapeException.class, "more elements", () -> zeros(1L << 40, 1L << 40));
        assertMessage(ShapeException.class, "negative", () -> zeros(-1));
        assertMessage(
                ShapeException.class,
                "known when run",
                () -> arange(3).get(arange(3).gt(0)).size());
        assertMessage(ShapeException.class, "at least one", () -> concatenate());
        assertMessage(TharsisException.class, "step", () -> arange(0, 3, 0));
        assertMessage(ShapeException.class, "[-1, 1]", () -> eye(-1));
        assertMessage(ShapeException.class, "axes of shape (3,)", () -> arange(3).expandDims(2));
        assertMessage(ShapeException.class, "more bytes", () -> zeros(1L << 61).byteSize());
        assertTrue(zeros(1L << 61).toString().contains("18446744073709551616 bytes"));
        assertMessage(ShapeException.class, "empty sequence", () -> zeros(0, 2).argmax(0));
        assertMessage(ShapeException.class, "empty sequence", () -> zeros(0, 0).argmin(1));
    }
}
