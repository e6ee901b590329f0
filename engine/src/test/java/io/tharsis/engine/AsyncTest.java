package io.tharsis.engine;

import static io.tharsis.Tensors.arange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.Computation;
import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.TharsisException;
import io.tharsis.engine.memory.MemoryBudget;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;

/** Computations that are watched, awaited with a deadline, and cancelled. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AsyncTest {
    private final Session session =
            Session.over(new LocalEngine(1, new MemoryBudget(1 << 26), 4096, 0), false);
    private final CountDownLatch atSecond = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    @AfterEach
    void close() {
        go.countDown();
        session.close();
    }

    /** Ten chunks, of which the second waits for {@link #go}. */
    private Tensor halting() {
        return arange(5000)
                .mapBlocks(
                        DType.INT64,
                        (in, out) -> {
                            if (in.origin()[0] == 512) {
                                atSecond.countDown();
                                try {
                                    go.await();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            }
                            out.segment().copyFrom(in.segment());
                        });
    }

    @Test
    void shouldTellProgressAndResult() throws InterruptedException {
        try (var _ = session.bind();
                Tensor x = halting()) {
            Computation computation = session.executeAsync(x);
            atSecond.await();
            double progress = computation.progress();
            assertTrue(progress > 0 && progress < 1, () -> "progress is " + progress);
            assertFalse(computation.isDone());
            assertTrue(computation.describe().contains("1 running"), computation::describe);
            go.countDown();
            computation.await(Duration.ofSeconds(30));
            assertEquals(1, computation.progress());
            assertTrue(computation.isDone());
            assertTrue(x.isStored());
            assertEquals(4999, x.max().itemLong());
        }
    }

    @Test
    void shouldSayWhatItWaitedForWhenTheTimeIsOver() throws InterruptedException {
        try (var _ = session.bind();
                Tensor x = halting()) {
            Computation computation = session.executeAsync(x);
            atSecond.await();
            var thrown =
                    assertThrows(
                            TharsisException.class, () -> computation.await(Duration.ofMillis(20)));
            assertTrue(
                    thrown.getMessage()
                            .matches("not done after PT0.02S: \\d+ of \\d+ tasks done, 1 running"),
                    thrown.getMessage());
            go.countDown();
            computation.await();
        }
    }

    @Test
    void shouldCancelBetweenTasks() throws InterruptedException {
        try (var _ = session.bind();
                Tensor x = halting()) {
            Computation computation = session.executeAsync(x);
            atSecond.await();
            computation.cancel();
            go.countDown();
            var thrown =
                    assertThrows(
                            CancellationException.class,
                            () -> computation.await(Duration.ofSeconds(30)));
            assertEquals("the computation was cancelled", thrown.getMessage());
            assertFalse(x.isStored());
            x.execute();
        }
        assertEquals(0, session.memory().inUse());
    }

    @Test
    void shouldThrowWhatTheComputationThrew() {
        var boom = new IllegalStateException("boom");
        try (var _ = session.bind();
                Tensor x =
                        arange(5000)
                                .mapBlocks(
                                        DType.INT64,
                                        (_, _) -> {
                                            throw boom;
                                        })) {
            Computation computation = session.executeAsync(x);
            assertSame(boom, assertThrows(IllegalStateException.class, computation::await));
            assertSame(
                    boom,
                    assertThrows(
                            IllegalStateException.class,
                            () -> computation.await(Duration.ofSeconds(1))));
        }
    }
}
