package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** Who completes the answer of another process, and who waits for it. */
@Timeout(60)
final class AnswerTest {
    private static void untilEnough(BooleanSupplier enough) {
        while (!enough.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whoWaitsShouldCompleteWhatItIsHanded() throws Exception {
        var holder = new AtomicReference<Answer<Integer>>();
        var answer =
                new Answer<Integer>(
                        enough -> {
                            Answer<Integer> mine = holder.get();
                            assertFalse(enough.getAsBoolean());
                            assertTrue(mine.hand(() -> mine.complete(7)));
                            assertTrue(enough.getAsBoolean());
                            assertFalse(mine.isDone());
                        });
        holder.set(answer);
        assertFalse(answer.hand(() -> {}), "nobody waits");
        List<Thread> by = new ArrayList<>();
        answer.thenAccept(_ -> by.add(Thread.currentThread()));
        assertEquals(7, answer.join());
        assertEquals(List.of(Thread.currentThread()), by);
        assertFalse(answer.hand(() -> {}));
        assertEquals(7, answer.get());
        assertEquals(7, answer.get(1, TimeUnit.SECONDS));
    }

    @Test
    void failuresShouldBeWhatTheyAreWithoutHelp() {
        var holder = new AtomicReference<Answer<Integer>>();
        var failure = new IllegalStateException("of this test");
        var answer =
                new Answer<Integer>(
                        _ ->
                                assertTrue(
                                        holder.get()
                                                .hand(
                                                        () ->
                                                                holder.get()
                                                                        .completeExceptionally(
                                                                                failure))));
        holder.set(answer);
        assertSame(failure, assertThrows(ExecutionException.class, answer::get).getCause());
        assertSame(failure, assertThrows(CompletionException.class, answer::join).getCause());
    }

    @Test
    void aWaitShouldEndInTimeHoweverMuchComesIn() {
        var answer = new Answer<Integer>(AnswerTest::untilEnough);
        assertThrows(TimeoutException.class, () -> answer.get(30, TimeUnit.MILLISECONDS));
        assertThrows(TimeoutException.class, () -> answer.get(0, TimeUnit.MILLISECONDS));
        assertThrows(TimeoutException.class, () -> answer.get(-5, TimeUnit.DAYS));
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, answer::get);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> answer.get(1, TimeUnit.DAYS));
        assertFalse(answer.hand(() -> {}));
    }

    @Test
    void aSecondOneShouldWaitWithoutHelping() throws Exception {
        var helpers = new AtomicInteger();
        var answer =
                new Answer<Integer>(
                        enough -> {
                            helpers.incrementAndGet();
                            untilEnough(enough);
                        });
        List<CompletableFuture<Integer>> others = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            others.add(
                    CompletableFuture.supplyAsync(answer::join, work -> new Thread(work).start()));
        }
        while (helpers.get() == 0) {
            Thread.onSpinWait();
        }
        while (!answer.hand(() -> answer.complete(3))) {
            Thread.onSpinWait();
        }
        for (CompletableFuture<Integer> other : others) {
            assertEquals(3, other.get(50, TimeUnit.SECONDS));
        }
    }

    @Test
    void anActorThatWaitsShouldNotHelp() throws Exception {
        var helpers = new AtomicInteger();
        var answer = new Answer<Integer>(_ -> helpers.incrementAndGet());
        var got = new CompletableFuture<Integer>();
        try (var system = ActorSystem.create("waits")) {
            system.<Integer>spawn(() -> (_, _) -> got.complete(answer.join())).tell(1);
            CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS)
                    .execute(() -> answer.complete(5));
            assertEquals(5, got.get(50, TimeUnit.SECONDS));
        }
        assertEquals(0, helpers.get());
    }

    /** Whoever brings the answer meets one who waits, begins to or has just left. */
    @Test
    void anAnswerShouldNeverBeForgotten() throws Exception {
        int rounds = 20_000;
        var next = new AtomicReference<Answer<Integer>>();
        Thread brings =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    for (int i = 0; i < rounds; i++) {
                                        Answer<Integer> answer = next.getAndSet(null);
                                        while (answer == null) {
                                            Thread.onSpinWait();
                                            answer = next.getAndSet(null);
                                        }
                                        Answer<Integer> to = answer;
                                        int number = i;
                                        Runnable end = () -> to.complete(number);
                                        if (!to.hand(end)) {
                                            end.run();
                                        }
                                    }
                                });
        for (int i = 0; i < rounds; i++) {
            int patience = i % 40;
            var answer =
                    new Answer<Integer>(
                            enough -> {
                                for (int j = 0; j < patience && !enough.getAsBoolean(); j++) {
                                    Thread.onSpinWait();
                                }
                            });
            next.set(answer);
            assertEquals(i, answer.get(50, TimeUnit.SECONDS));
        }
        assertTrue(brings.join(Duration.ofSeconds(50)));
    }
}
