package io.tharsis.engine;

import static io.tharsis.Tensors.arange;
import static io.tharsis.Tensors.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.Computation;
import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.SessionStats;
import io.tharsis.Tensor;
import io.tharsis.engine.graph.KeptResults;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.memory.OutOfMemoryBudgetException;
import io.tharsis.engine.spill.SpillException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** What becomes of results, sessions and files when there is more to keep than memory. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpillFaultTest {
    private static final long MIB = 1 << 20;
    private static final int LENGTH = 1 << 19;

    @TempDir private Path folder;

    private Session session(int threads, long inline, Path spill) {
        return Session.over(
                new LocalEngine(threads, new MemoryBudget(16 * MIB), MIB, inline, List.of(spill)),
                false);
    }

    private Session session() {
        return session(2, 0, folder);
    }

    private static Tensor numbers(int first) {
        return arange(first, first + LENGTH)
                .mapBlocks(DType.INT64, (in, out) -> out.segment().copyFrom(in.segment()));
    }

    private static List<Tensor> kept(int count) {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tensors.add(numbers(i).execute());
        }
        return tensors;
    }

    private static long sum(int first) {
        return (long) LENGTH * (2L * first + LENGTH - 1) / 2;
    }

    private static void assertFreed(Session session) {
        KeptResults.awaitFreed(Duration.ofSeconds(20));
        SpillTest.awaitQuiet((LocalEngine) session.engine());
        assertEquals(0, session.memory().inUse());
    }

    private static List<Path> chunks(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".chunk")).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE})
    void shouldKeepMoreThanMemoryHolds(long inline) throws IOException {
        try (var session = session(2, inline, folder);
                var _ = session.bind()) {
            try (var _ = session.scope()) {
                List<Tensor> tensors = kept(12);
                for (int i = 11; i >= 0; i--) {
                    assertEquals(sum(i), tensors.get(i).sum().itemLong());
                }
                assertEquals(LENGTH + 2, tensors.get(3).toLongArray()[LENGTH - 1]);
                SessionStats stats = session.stats();
                assertTrue(stats.spilled() >= 32 * MIB, stats::toString);
                assertTrue(stats.loaded() >= 32 * MIB, stats::toString);
                assertTrue(stats.peak() <= 16 * MIB, stats::toString);
                assertTrue(stats.written() <= stats.spilled());
                assertTrue(stats.onDisk() > 0);
            }
            assertFreed(session);
        }
        assertEquals(List.of(), chunks(folder));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE})
    void shouldTransposeMoreThanMemoryHolds(long inline) {
        try (var session = session(2, inline, folder);
                var _ = session.bind();
                var _ = session.scope()) {
            int n = 1700;
            Tensor b =
                    arange((long) n * n)
                            .mapBlocks(
                                    DType.INT64, (in, out) -> out.segment().copyFrom(in.segment()))
                            .reshape(n, n)
                            .execute();
            Tensor d = b.times(2).minus(b.T()).execute();
            assertEquals(2L * (n - 1) * n - (n - 1), d.get("-1, 0").itemLong());
            assertEquals((long) n * n * ((long) n * n - 1) / 2, d.sum().itemLong());
            assertTrue(session.stats().loaded() > 8 * MIB, session.stats()::toString);
            assertTrue(session.stats().peak() <= 16 * MIB, session.stats()::toString);
        }
    }

    @Test
    void shouldMakeRandomNumbersAgainRatherThanSpillThem() throws IOException {
        try (var session = session();
                var _ = session.bind()) {
            double[] expected = random(7).uniform(LENGTH).toDoubleArray();
            Tensor first = random(7).uniform(LENGTH).execute();
            List<Tensor> kept = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                kept.add(random(i).uniform(LENGTH).execute());
            }
            assertArrayEquals(expected, first.toDoubleArray());
            SessionStats stats = session.stats();
            assertTrue(stats.dropped() > 0, stats::toString);
            assertTrue(stats.remade() > 0, stats::toString);
            assertEquals(0, stats.spilled(), stats::toString);
            assertTrue(kept.getFirst().isStored());
        }
    }

    @Test
    void shouldReadAFileAgainRatherThanSpillWhatWasRead() {
        Path file = folder.resolve("numbers.npy");
        try (var ample = Session.local().memory(256 * MIB).open();
                var _ = ample.bind()) {
            arange(4 << 20).astype(DType.FLOAT64).reshape(1 << 12, 1 << 10).toNpy(file);
        }
        try (var session = session();
                var _ = session.bind()) {
            Tensor x = io.tharsis.Tensors.fromNpy(file);
            Path out = folder.resolve("centred.npy");
            x.minus(x.mean(0)).toNpy(out);
            SessionStats stats = session.stats();
            assertTrue(stats.remade() > 8 * MIB, stats::toString);
            assertEquals(0, stats.spilled(), stats::toString);
            assertTrue(stats.peak() <= 16 * MIB, stats::toString);
            Tensor back = io.tharsis.Tensors.fromNpy(out);
            assertEquals(0, back.mean(0).abs().max().item());
            assertEquals(2047.5 * 1024, back.max().item());
        }
    }

    @Test
    void shouldNameTheFileThatIsDamagedAndGoOn() throws IOException {
        try (var session = session();
                var other = session();
                var _ = session.bind()) {
            Tensor elsewhere;
            try (var _ = other.bind()) {
                elsewhere = numbers(5).execute();
            }
            try (var _ = session.scope()) {
                List<Tensor> tensors = kept(12);
                SpillTest.awaitQuiet((LocalEngine) session.engine());
                Path damaged = chunks(folder).getFirst();
                byte[] bytes = Files.readAllBytes(damaged);
                bytes[bytes.length / 2] ^= 4;
                Files.write(damaged, bytes);
                Path deleted = chunks(folder).getLast();
                Files.delete(deleted);
                int lost = 0;
                for (int i = 0; i < 12; i++) {
                    Tensor sum = tensors.get(i).sum();
                    try {
                        assertEquals(sum(i), sum.itemLong());
                    } catch (SpillException e) {
                        lost++;
                        assertTrue(
                                e.getMessage().contains(damaged.toString())
                                                && e.getMessage().contains("checksum")
                                        || e.getMessage().contains(deleted.toString())
                                                && e.getMessage().contains("no such file"),
                                e.getMessage());
                        assertFalse(sum.isStored());
                    }
                }
                assertTrue(lost == 1 || lost == 2, () -> "another number than was damaged");
            }
            assertFreed(session);
            assertEquals(sum(5), elsewhere.sum().itemLong());
            assertEquals(sum(9), numbers(9).sum().itemLong());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE})
    void shouldSayThatItCannotSpillAndFreeEverything(long inline) throws IOException {
        Path blocked = Files.createFile(folder.resolve("a file")).resolve("below");
        try (var session = session(2, inline, blocked);
                var _ = session.bind()) {
            try (var _ = session.scope()) {
                List<Tensor> tensors = kept(2);
                var thrown = assertThrows(SpillException.class, () -> kept(12));
                assertTrue(thrown.getMessage().contains(blocked.toString()), thrown.getMessage());
                assertTrue(thrown.getMessage().contains("are free"), thrown.getMessage());
                assertEquals(sum(1), tensors.get(1).sum().itemLong());
            }
            assertFreed(session);
            assertEquals(sum(9), numbers(9).sum().itemLong());
        }
    }

    @Test
    void shouldRefuseWhatCanNeverFitBeforeItComputesAnything() {
        try (var session = session();
                var _ = session.bind()) {
            var calls = new AtomicInteger();
            Tensor large =
                    arange(4 << 20)
                            .mapBlocks(
                                    DType.INT64,
                                    (in, out) -> {
                                        calls.incrementAndGet();
                                        out.segment().copyFrom(in.segment());
                                    });
            var thrown =
                    assertThrows(OutOfMemoryBudgetException.class, () -> large.sort().execute());
            assertEquals(0, calls.get());
            String message = thrown.getMessage();
            assertTrue(message.contains("sort int64(4194304,)"), message);
            // 8 bytes an element of the input and of the output, 16 to sort them
            assertTrue(message.contains("134217728 bytes"), message);
            assertTrue(message.contains("budget is"), message);
            Tensor rows = large.reshape(4, 1 << 20);
            var wide = assertThrows(OutOfMemoryBudgetException.class, () -> rows.sort(1).execute());
            assertTrue(wide.getMessage().contains("need"), wide.getMessage());
            assertFreed(session);
        }
    }

    @Test
    void shouldFreeEverythingWhenCancelledWhileItSpills() {
        try (var session = session();
                var _ = session.bind()) {
            int cancelled = 0;
            for (int round = 0; round < 12; round++) {
                try (var _ = session.scope()) {
                    int stopAt = round * 3;
                    var calls = new AtomicInteger();
                    var self = new CompletableFuture<Computation>();
                    Tensor x =
                            arange(4L << 20)
                                    .mapBlocks(
                                            DType.INT64,
                                            (in, out) -> {
                                                out.segment().copyFrom(in.segment());
                                                if (calls.getAndIncrement() == stopAt) {
                                                    self.join().cancel();
                                                }
                                            });
                    Tensor y =
                            x.plus(1)
                                    .mapBlocks(
                                            DType.INT64,
                                            (in, out) -> out.segment().copyFrom(in.segment()));
                    self.complete(session.executeAsync(x, y));
                    try {
                        self.join().await(Duration.ofSeconds(60));
                    } catch (CancellationException _) {
                        cancelled++;
                    }
                }
                assertFreed(session);
            }
            assertTrue(cancelled > 6, () -> "hardly ever cancelled");
        }
    }
}
