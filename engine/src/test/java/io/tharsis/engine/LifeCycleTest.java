package io.tharsis.engine;

import static io.tharsis.Tensors.arange;
import static io.tharsis.Tensors.full;
import static io.tharsis.Tensors.unique;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.ClosedException;
import io.tharsis.Computation;
import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.ChunkSource;
import io.tharsis.engine.graph.KeptResults;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.memory.OutOfMemoryBudgetException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What becomes of memory and of waiting callers when computations succeed, fail, are cancelled,
 * nest, or lose their session.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LifeCycleTest {
    private static final long MIB = 1 << 20;

    private static Session session(int threads, long budget, long chunkBytes) {
        return Session.over(
                new LocalEngine(threads, new MemoryBudget(budget), chunkBytes, 0), false);
    }

    /**
     * Nothing is held, once the cleaner is done with handles that were dropped and collected before
     * their scope could close them.
     */
    private static void assertFreed(Session session) {
        KeptResults.awaitFreed(Duration.ofSeconds(20));
        assertEquals(0, session.memory().inUse());
    }

    private static void copy(Block in, Block out) {
        out.segment().copyFrom(in.segment());
    }

    /** Runs {@code body} on {@code count} threads, and throws what the first of them throws. */
    private static void together(int count, Runnable body) throws InterruptedException {
        var failure = new AtomicReference<Throwable>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .daemon()
                            .start(
                                    () -> {
                                        try {
                                            body.run();
                                        } catch (Throwable e) {
                                            failure.compareAndSet(null, e);
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldFreeWhatIsClosed(int threads) {
        try (var session = session(threads, 64 * MIB, 4096);
                var _ = session.bind()) {
            try (var _ = session.scope()) {
                Tensor x = arange(20_000).astype(DType.FLOAT64).reshape(100, 200).execute();
                assertTrue(session.memory().inUse() > 0);
                assertEquals(199990000.0, x.T().sum().item());
                assertEquals(200, x.sum(0).toDoubleArray().length);
                assertEquals(20_000, unique(x.ravel()).plus(1).sort().toDoubleArray().length);
            }
            assertFreed(session);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldThrowWhatAUsersFunctionThrowsAndFreeEverything(int threads) {
        try (var session = session(threads, 64 * MIB, 4096);
                var _ = session.bind()) {
            for (int at = 0; at < 12; at++) {
                var calls = new AtomicInteger();
                int failing = at;
                var boom = new IllegalStateException("boom");
                try (var _ = session.scope()) {
                    Tensor x =
                            arange(5000)
                                    .mapBlocks(
                                            DType.INT64,
                                            (in, out) -> {
                                                copy(in, out);
                                                if (calls.getAndIncrement() == failing) {
                                                    throw boom;
                                                }
                                            });
                    Tensor y = failing % 2 == 0 ? x : x.plus(1).sum();
                    if (failing < 10) {
                        assertSame(boom, assertThrows(IllegalStateException.class, y::execute));
                        assertFalse(y.isStored());
                    } else {
                        y.execute();
                    }
                }
                assertFreed(session);
            }
        }
    }

    /** Runs a loop in parallel whose piece {@code failing} throws. */
    private record Failing(int failing, int pieces) implements ChunkFunction {
        @Override
        public String name() {
            return "failing";
        }

        @Override
        public Tiling tiling() {
            return new Tiling.Whole();
        }

        @Override
        public void apply(Call call) {
            MemorySegment scratch = call.scratch(pieces * 8L);
            call.parallelFor(
                    pieces,
                    i -> {
                        if (i == failing) {
                            throw new ArithmeticException("piece " + i);
                        }
                        scratch.asSlice(i * 8L, 8).fill((byte) i);
                    });
            call.output().segment().fill((byte) 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldThrowWhatAPieceOfAParallelLoopThrows(int threads) {
        try (var session = session(threads, 64 * MIB, 4096)) {
            for (int failing = 0; failing <= 20; failing++) {
                var operand =
                        new Operand(
                                new Op.Chunked(new Failing(failing, 20)),
                                DType.INT8,
                                new long[] {9},
                                zeros(9));
                if (failing < 20) {
                    var thrown =
                            assertThrows(
                                    ArithmeticException.class,
                                    () -> session.execute(List.of(operand)));
                    assertEquals("piece " + failing, thrown.getMessage());
                } else {
                    session.execute(List.of(operand));
                }
                operand.close();
                assertFreed(session);
            }
        }
    }

    private static Operand zeros(long length) {
        return new Operand(new Op.Fill(0), DType.INT8, new long[] {length});
    }

    /** Its second box cannot be read. */
    private record Broken() implements ChunkSource {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public void read(long[] origin, long[] shape, MemorySegment target) {
            if (origin[0] > 0) {
                throw new ClosedException("the file is gone");
            }
            target.fill((byte) 0);
        }
    }

    @Test
    void shouldFreeEverythingWhenAReaderFails() {
        try (var session = session(2, 64 * MIB, 4096)) {
            var read = new Operand(new Op.Read(new Broken()), DType.INT64, new long[] {2000});
            assertEquals(
                    "the file is gone",
                    assertThrows(ClosedException.class, () -> session.execute(List.of(read)))
                            .getMessage());
            assertFreed(session);
        }
    }

    @Test
    void shouldReclaimDroppedTensorsWhenMemoryRunsOut() {
        try (var session = session(2, 32 * MIB, 4 * MIB);
                var _ = session.bind()) {
            double sum = 0;
            for (int i = 0; i < 30; i++) {
                sum +=
                        full(new long[] {1 << 20}, (double) i)
                                .mapBlocks(DType.FLOAT64, LifeCycleTest::copy)
                                .execute()
                                .sum()
                                .item();
            }
            assertEquals((1 << 20) * (29.0 * 30 / 2), sum);
        }
    }

    @Test
    void shouldReclaimTheResultsThatALoopLeavesBehind() {
        try (var session = session(2, 32 * MIB, MIB);
                var _ = session.bind()) {
            Tensor x =
                    full(new long[] {1 << 19}, 0.0)
                            .mapBlocks(DType.FLOAT64, LifeCycleTest::copy)
                            .execute();
            for (int i = 0; i < 40; i++) {
                x = x.plus(1).execute();
            }
            assertEquals(40, x.min().item());
            Tensor last = x;
            assertTrue(last.isStored());
        }
    }

    /** Asks for more temporary memory than there is beside its input. */
    private record Greedy(long scratch) implements ChunkFunction {
        @Override
        public String name() {
            return "greedy";
        }

        @Override
        public Tiling tiling() {
            return new Tiling.Whole();
        }

        @Override
        public void apply(Call call) {
            call.scratch(scratch).fill((byte) 1);
            call.output().segment().fill((byte) 1);
        }
    }

    @Test
    void shouldNameLiveTensorsAndTheRemedyWhenNothingCanBeReclaimed() {
        try (var session = session(2, 32 * MIB, 4 * MIB);
                var _ = session.bind();
                var _ = session.scope()) {
            Tensor large =
                    full(new long[] {2, 1 << 20}, 1.0)
                            .mapBlocks(DType.FLOAT64, LifeCycleTest::copy)
                            .execute();
            Tensor small =
                    full(new long[] {1000}, 2.0)
                            .mapBlocks(DType.FLOAT64, LifeCycleTest::copy)
                            .execute();
            var fits =
                    new Operand(
                            new Op.Chunked(new Greedy(28 * MIB)),
                            DType.INT8,
                            new long[] {9},
                            zeros(9));
            session.execute(List.of(fits));
            var never =
                    new Operand(
                            new Op.Chunked(new Greedy(32 * MIB)),
                            DType.INT8,
                            new long[] {9},
                            zeros(9));
            String message =
                    assertThrows(
                                    OutOfMemoryBudgetException.class,
                                    () -> session.execute(List.of(never)))
                            .getMessage();
            assertTrue(
                    message.contains(
                            "float64(2, 1048576) of 16777216 bytes, float64(1000,) of 8000 bytes"),
                    message);
            assertTrue(message.contains("close tensors or scopes"), message);
            assertEquals(1, large.min().item());
            assertFalse(small.isClosed());
            fits.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void shouldFitOnAnyNumberOfThreadsWhatFitsOnOne(int threads) {
        try (var session = session(threads, 8 * MIB, MIB / 2);
                var _ = session.bind();
                var _ = session.scope()) {
            Tensor x = arange(4 << 20).mapBlocks(DType.INT64, LifeCycleTest::copy);
            Tensor y =
                    x.plus(1)
                            .mapBlocks(DType.INT64, LifeCycleTest::copy)
                            .times(2)
                            .mapBlocks(DType.INT64, LifeCycleTest::copy);
            long n = 4 << 20;
            assertEquals(n * (n + 1), y.sum().itemLong());
            assertTrue(session.memory().peak() <= 8 * MIB, () -> session.memory().toString());
        }
    }

    @Test
    void shouldLetComputationsWaitForEachOthersMemory() throws InterruptedException {
        try (var session = session(3, 24 * MIB, MIB)) {
            together(
                    6,
                    () -> {
                        try (var _ = session.bind();
                                var _ = session.scope()) {
                            for (int i = 0; i < 5; i++) {
                                Tensor x =
                                        arange(1 << 20)
                                                .mapBlocks(DType.INT64, LifeCycleTest::copy)
                                                .reshape(1024, 1024);
                                Tensor y = x.plus(x.T());
                                double[] values = y.sort(0).max(0).toDoubleArray();
                                assertEquals(2.0 * 1023 * 1025, values[1023]);
                                y.close();
                            }
                        }
                    });
            assertFreed(session);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldComputeInsideAUsersFunction(int threads) {
        try (var session = session(threads, 64 * MIB, 4096);
                var other = session(1, 64 * MIB, 4096);
                var _ = session.bind()) {
            Tensor x =
                    arange(3000)
                            .mapBlocks(
                                    DType.INT64,
                                    (in, out) -> {
                                        copy(in, out);
                                        for (Session inner : List.of(session, other)) {
                                            try (var _ = inner.bind();
                                                    var _ = inner.scope()) {
                                                Tensor deep =
                                                        arange(2000)
                                                                .mapBlocks(
                                                                        DType.INT64,
                                                                        (in2, out2) -> {
                                                                            copy(in2, out2);
                                                                            try (var _ =
                                                                                            session
                                                                                                    .bind();
                                                                                    var _ =
                                                                                            session
                                                                                                    .scope()) {
                                                                                assertEquals(
                                                                                        499500,
                                                                                        arange(1000)
                                                                                                .plus(
                                                                                                        0)
                                                                                                .sum()
                                                                                                .itemLong());
                                                                            }
                                                                        });
                                                assertEquals(1999000, deep.sum().itemLong());
                                            }
                                        }
                                    });
            assertEquals(4498500, x.sum().itemLong());
            x.close();
        }
    }

    @Test
    void shouldServeManyThreadsWhileSomeComputationsFail() throws InterruptedException {
        try (var session = session(2, 64 * MIB, 8192)) {
            var numbers = new AtomicInteger();
            together(
                    12,
                    () -> {
                        int number = numbers.getAndIncrement();
                        for (int i = 0; i < 15; i++) {
                            try (var _ = session.bind();
                                    var _ = session.scope()) {
                                int round = i;
                                Tensor x =
                                        arange(10_000)
                                                .mapBlocks(
                                                        DType.INT64,
                                                        (in, out) -> {
                                                            copy(in, out);
                                                            if (number % 3 == 0
                                                                    && in.origin()[0] > 0
                                                                    && round % 2 == 0) {
                                                                throw new IllegalStateException(
                                                                        "on purpose");
                                                            }
                                                        });
                                if (number % 3 == 0 && i % 2 == 0) {
                                    assertThrows(
                                            IllegalStateException.class, () -> x.sum().execute());
                                } else {
                                    assertEquals(49_995_000, x.sum().itemLong());
                                }
                            }
                        }
                    });
            assertFreed(session);
        }
    }

    @Test
    void shouldFreeEverythingWhenCancelledAtAnyMoment() {
        long seed = Long.getLong("tharsis.seed", System.nanoTime());
        System.out.println("shouldFreeEverythingWhenCancelledAtAnyMoment: seed " + seed);
        var random = new Random(seed);
        for (long inline : new long[] {0, Long.MAX_VALUE}) {
            try (var session =
                            Session.over(
                                    new LocalEngine(2, new MemoryBudget(64 * MIB), 4096, inline),
                                    false);
                    var _ = session.bind()) {
                int cancelled = 0;
                for (int round = 0; round < 150; round++) {
                    try (var _ = session.scope()) {
                        int stopAt = random.nextInt(60);
                        var calls = new AtomicInteger();
                        var self = new CompletableFuture<Computation>();
                        Tensor x =
                                arange(10_000)
                                        .mapBlocks(
                                                DType.INT64,
                                                (in, out) -> {
                                                    copy(in, out);
                                                    if (calls.getAndIncrement() == stopAt) {
                                                        self.join().cancel();
                                                    }
                                                });
                        Tensor y = x.plus(1).sum();
                        Computation computation = session.executeAsync(y);
                        self.complete(computation);
                        if (stopAt > 40) {
                            computation.cancel();
                        }
                        try {
                            computation.await(Duration.ofSeconds(30));
                            assertTrue(y.isStored());
                            assertEquals(50_005_000, y.itemLong());
                        } catch (CancellationException _) {
                            cancelled++;
                            assertFalse(y.isStored());
                        }
                        assertTrue(computation.isDone());
                    }
                    assertFreed(session);
                }
                assertTrue(cancelled > 10, () -> "hardly ever cancelled");
            }
        }
    }

    @Test
    void shouldEndComputationsWhenTheSessionCloses() throws InterruptedException {
        for (int threads = 1; threads <= 3; threads++) {
            var session = session(threads, 64 * MIB, 4096);
            var engine = session.engine();
            var entered = new CountDownLatch(1);
            var go = new CountDownLatch(1);
            Computation computation;
            try (var _ = session.bind()) {
                Tensor x =
                        arange(100_000)
                                .mapBlocks(
                                        DType.INT64,
                                        (in, out) -> {
                                            entered.countDown();
                                            awaitUnchecked(go);
                                            copy(in, out);
                                        });
                computation = session.executeAsync(x.sum());
            }
            entered.await();
            session.close();
            go.countDown();
            var thrown =
                    assertThrows(
                            RuntimeException.class,
                            () -> computation.await(Duration.ofSeconds(30)));
            assertTrue(
                    thrown instanceof ClosedException || thrown instanceof CancellationException,
                    thrown::toString);
            assertEquals(0, engine.memory().inUse());
            assertThrows(ClosedException.class, () -> session.execute(List.of(zeros(3))));
            assertThrows(ClosedException.class, session::close);
        }
    }

    @Test
    void shouldNotLeaveCallersHangingWhenTheSessionClosesUnderThem() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            var session = session(2, 64 * MIB, 4096);
            var started = new CountDownLatch(4);
            List<Thread> callers = new ArrayList<>();
            var surprise = new AtomicReference<Throwable>();
            for (int i = 0; i < 4; i++) {
                callers.add(
                        Thread.ofPlatform()
                                .daemon()
                                .start(
                                        () -> {
                                            try (var _ = session.bind()) {
                                                started.countDown();
                                                while (true) {
                                                    Tensor x =
                                                            arange(20_000)
                                                                    .mapBlocks(
                                                                            DType.INT64,
                                                                            LifeCycleTest::copy)
                                                                    .plus(1)
                                                                    .execute();
                                                    x.close();
                                                }
                                            } catch (ClosedException | CancellationException _) {
                                                // as it should
                                            } catch (Throwable e) {
                                                surprise.set(e);
                                            }
                                        }));
            }
            started.await();
            session.close();
            for (Thread caller : callers) {
                caller.join();
            }
            if (surprise.get() != null) {
                throw new AssertionError(surprise.get());
            }
            assertEquals(0, session.memory().inUse());
        }
    }

    @Test
    void shouldCancelWhenTheWaitingThreadIsInterrupted() throws InterruptedException {
        try (var session = session(1, 64 * MIB, 4096)) {
            var entered = new CountDownLatch(1);
            var go = new CountDownLatch(1);
            var thrown = new AtomicReference<Throwable>();
            Thread caller =
                    Thread.ofPlatform()
                            .daemon()
                            .start(
                                    () -> {
                                        try (var _ = session.bind();
                                                var _ = session.scope()) {
                                            arange(10_000)
                                                    .mapBlocks(
                                                            DType.INT64,
                                                            (in, out) -> {
                                                                entered.countDown();
                                                                awaitUnchecked(go);
                                                                copy(in, out);
                                                            })
                                                    .execute();
                                        } catch (Throwable e) {
                                            thrown.set(e);
                                        }
                                    });
            entered.await();
            caller.interrupt();
            caller.join();
            assertTrue(
                    thrown.get().getMessage().startsWith("interrupted while waiting: "),
                    () -> thrown.get().toString());
            go.countDown();
            // the next computation on the only thread starts after the cancelled one has ended
            try (var _ = session.bind();
                    var _ = session.scope()) {
                assertEquals(
                        49_995_000,
                        arange(10_000)
                                .mapBlocks(DType.INT64, LifeCycleTest::copy)
                                .sum()
                                .itemLong());
            }
            assertFreed(session);
        }
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
