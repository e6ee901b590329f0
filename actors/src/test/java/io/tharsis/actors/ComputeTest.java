package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** What is computed off the threads of actors. */
@Timeout(120)
final class ComputeTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static Dispatcher dispatcher(boolean simulated) {
        return simulated
                ? new SimulatedDispatcher(Seeds.of("ComputeTest"))
                : Dispatcher.virtualThreads(2, 2);
    }

    private static Throwable failure(CompletableFuture<?> future) {
        return assertThrows(CompletionException.class, future::join).getCause();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSendTheResultOrTheFailureToTheActor(boolean simulated) {
        Dispatcher dispatcher = dispatcher(simulated);
        var probe = new Probe(dispatcher);
        try (ActorSystem system = ActorSystem.builder("s").dispatcher(dispatcher).build()) {
            List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
            ActorRef<String> actor =
                    system.spawn(
                            () ->
                                    (message, context) -> {
                                        probe.note(message);
                                        if (message.startsWith("of ")) {
                                            return;
                                        }
                                        context.compute(
                                                () -> {
                                                    threads.add(Thread.currentThread());
                                                    return 100 / Integer.parseInt(message);
                                                },
                                                (value, failure) ->
                                                        "of "
                                                                + (failure == null
                                                                        ? value
                                                                        : failure.getMessage()));
                                    });
            actor.tell("4");
            assertEquals(List.of("4", "of 25"), probe.await(2));
            actor.tell("0");
            assertEquals(List.of("0", "of / by zero"), probe.await(4).subList(2, 4));
            for (Thread thread : threads) {
                assertFalse(thread.isVirtual());
                assertEquals(simulated, thread == Thread.currentThread());
                assertTrue(simulated || thread.isDaemon());
            }
            assertEquals(2, system.stats().computed());
        }
    }

    @Test
    void shouldRunSoManyAtATimeAndCountThem() throws Exception {
        try (ActorSystem system = ActorSystem.builder("s").computeThreads(2).build()) {
            var open = new CountDownLatch(1);
            var begun = new CountDownLatch(2);
            var atATime = new AtomicInteger();
            var most = new AtomicInteger();
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            List<Integer> order = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 50; i++) {
                int number = i;
                all.add(
                        system.compute(
                                () -> {
                                    most.accumulateAndGet(atATime.incrementAndGet(), Math::max);
                                    begun.countDown();
                                    open.await();
                                    order.add(number);
                                    atATime.decrementAndGet();
                                    return number;
                                }));
            }
            begun.await();
            assertEquals(2, system.stats().computing());
            assertEquals(48, system.stats().toCompute());
            CompletableFuture<Integer> cancelled = all.remove(40);
            assertTrue(cancelled.cancel(true));
            open.countDown();
            for (CompletableFuture<Integer> one : all) {
                one.join();
            }
            assertEquals(2, most.get());
            assertFalse(order.contains(40));
            assertEquals(49, order.size());
            assertEquals(49, system.stats().computed());
        }
    }

    @Test
    void shouldComputeInTheOrderOfComing() {
        try (ActorSystem system = ActorSystem.builder("s").computeThreads(1).build()) {
            List<Integer> order = new ArrayList<>();
            CompletableFuture<Boolean> last = null;
            for (int i = 0; i < 100; i++) {
                int number = i;
                last = system.compute(() -> order.add(number));
            }
            last.join();
            assertEquals(IntStream.range(0, 100).boxed().toList(), order);
        }
    }

    @Test
    void shouldLetWhatRunsEndAndFailWhatWaitsWhenClosed() throws Exception {
        ActorSystem system = ActorSystem.builder("closing").computeThreads(1).build();
        var begun = new CountDownLatch(1);
        var open = new CountDownLatch(1);
        CompletableFuture<String> runs =
                system.compute(
                        () -> {
                            begun.countDown();
                            open.await();
                            return "done";
                        });
        CompletableFuture<String> waits = system.compute(() -> "never");
        waits.whenComplete((_, _) -> open.countDown());
        begun.await();
        assertEquals(List.of(), system.close(LONG));
        assertEquals("done", runs.getNow("still running"));
        var refused = assertInstanceOf(NotComputedException.class, failure(waits));
        assertTrue(refused.getMessage().contains("closing"), refused::getMessage);
        assertInstanceOf(NotComputedException.class, failure(system.compute(() -> "late")));
    }

    @Test
    void shouldInterruptWhatRunsAtTheDeadline() throws Exception {
        ActorSystem system = ActorSystem.create("s");
        var begun = new CountDownLatch(1);
        CompletableFuture<String> runs =
                system.compute(
                        () -> {
                            begun.countDown();
                            new CountDownLatch(1).await();
                            return "never";
                        });
        begun.await();
        system.close(Duration.ofMillis(20));
        assertInstanceOf(InterruptedException.class, failure(runs));
    }

    @Test
    void shouldNotBeClosedFromInside() {
        try (ActorSystem system = ActorSystem.create("s")) {
            CompletableFuture<List<String>> closed = system.compute(() -> system.close(LONG));
            assertInstanceOf(IllegalStateException.class, failure(closed));
            assertThrows(NullPointerException.class, () -> system.compute(null));
        }
    }

    @Test
    void shouldComputeInAnOrderOfTheSeed() {
        List<List<String>> orders = new ArrayList<>();
        long seed = Seeds.of("ComputeTest");
        for (long one : new long[] {seed, seed, seed + 1, seed + 2, seed + 3}) {
            var dispatcher = new SimulatedDispatcher(one);
            List<String> order = new ArrayList<>();
            try (ActorSystem system = ActorSystem.builder("s").dispatcher(dispatcher).build()) {
                for (int i = 0; i < 20; i++) {
                    String number = "number " + i;
                    system.compute(() -> order.add(number));
                }
                dispatcher.runUntilIdle();
                assertEquals(List.of(), order);
                dispatcher.advance(Duration.ofMillis(1));
                assertEquals(20, order.size());
            }
            orders.add(order);
        }
        assertEquals(orders.get(0), orders.get(1));
        assertTrue(orders.stream().distinct().count() > 1);
    }

    @Test
    void shouldRefuseNonsense() {
        assertThrows(
                IllegalArgumentException.class, () -> ActorSystem.builder("s").computeThreads(0));
        assertThrows(IllegalArgumentException.class, () -> Dispatcher.virtualThreads(1, 0));
    }

    // ----------------------------------------------------- ends and what is counted

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellFromOutsideThatAnActorHasStopped(boolean simulated) {
        Dispatcher dispatcher = dispatcher(simulated);
        var probe = new Probe(dispatcher);
        try (ActorSystem system = ActorSystem.builder("s").dispatcher(dispatcher).build()) {
            var bug = new IllegalStateException("bug");
            ActorRef<String> fails =
                    system.spawn(
                            () ->
                                    (_, _) -> {
                                        throw bug;
                                    });
            ActorRef<String> stops = system.spawn(() -> (_, context) -> context.stop());
            var first = system.whenStopped(fails);
            var second = system.whenStopped(stops);
            var cancelled = system.whenStopped(stops);
            assertFalse(first.isDone());
            assertTrue(cancelled.cancel(false));
            fails.tell("go");
            stops.tell("go");
            assertSame(bug, probe.end(first).join().cause());
            assertEquals(new Signal.Terminated(stops, null), probe.end(second).join());
            // And once more, when it has happened.
            assertSame(fails, probe.end(system.whenStopped(fails)).join().actor());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldCountEachMessageThatIsHandled(boolean simulated) {
        Dispatcher dispatcher = dispatcher(simulated);
        int actors = 7;
        int each = 1000;
        ActorSystem system = ActorSystem.builder("s").dispatcher(dispatcher).build();
        for (int i = 0; i < actors; i++) {
            ActorRef<Integer> actor =
                    system.spawn(
                            () ->
                                    (left, context) -> {
                                        if (left > 1) {
                                            context.self().tell(left - 1);
                                        } else {
                                            context.stop();
                                        }
                                    });
            var end = system.whenStopped(actor);
            actor.tell(each);
            new Probe(dispatcher).end(end);
        }
        system.close();
        // The last turn counts after the news of its end.
        while (dispatcher.handled() < actors * each) {
            Thread.onSpinWait();
        }
        assertEquals(actors * each, system.stats().handled());
    }
}
