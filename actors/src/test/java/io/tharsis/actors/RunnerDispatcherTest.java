package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What only threads can show: turns that block or compute, races, load. Deadlines are for hangs.
 */
@Timeout(180)
final class RunnerDispatcherTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private ActorSystem system;

    @BeforeEach
    void open() {
        Probe.silenceLog();
        system = ActorSystem.builder("runners").parallelism(2).build();
    }

    @AfterEach
    void close() {
        system.close(LONG);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS), () -> "hangs, " + latch.getCount());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private record Ping() implements Request<Integer> {}

    private ActorRef<Ping> echo() {
        return system.spawn(() -> (ping, context) -> context.reply(ping, 1));
    }

    // -------------------------------------------------- turns that block, compute

    @Test
    void shouldGoOnWhileManyTurnsBlock() throws Exception {
        int blocked = 500;
        var entered = new CountDownLatch(blocked);
        var release = new CountDownLatch(1);
        for (int i = 0; i < blocked; i++) {
            ActorRef<String> blocker =
                    system.spawn(
                            () ->
                                    (_, _) -> {
                                        entered.countDown();
                                        release.await(60, TimeUnit.SECONDS);
                                    });
            blocker.tell("block");
        }
        await(entered);
        assertEquals(1, system.ask(echo(), new Ping(), LONG).get(60, TimeUnit.SECONDS));
        String dump = system.dump();
        assertTrue(dump.contains("java.lang.String for "), dump);
        assertTrue(dump.contains("RunnerDispatcherTest"), dump);
        release.countDown();
    }

    @Test
    void shouldHandOnWhatABlockedTurnHasMadeReady() {
        var release = new CountDownLatch(1);
        var others = new CountDownLatch(20);
        List<ActorRef<String>> woken = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            woken.add(system.spawn(() -> (_, _) -> others.countDown()));
        }
        ActorRef<String> blocker =
                system.spawn(
                        () ->
                                (_, _) -> {
                                    woken.forEach(actor -> actor.tell("go"));
                                    await(others);
                                    release.countDown();
                                });
        blocker.tell("block");
        await(release);
    }

    @Test
    void shouldRunWhatAComputingTurnHasMadeReady() {
        var others = new CountDownLatch(20);
        var done = new CountDownLatch(1);
        List<ActorRef<String>> woken = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            woken.add(system.spawn(() -> (_, _) -> others.countDown()));
        }
        ActorRef<String> spinner =
                system.spawn(
                        () ->
                                (_, _) -> {
                                    woken.forEach(actor -> actor.tell("go"));
                                    while (others.getCount() > 0) {
                                        Thread.onSpinWait();
                                    }
                                    done.countDown();
                                });
        spinner.tell("spin");
        await(done);
    }

    @Test
    void shouldLetAnActorWaitForAnother() {
        ActorRef<Ping> echo = echo();
        var done = new CountDownLatch(100);
        ActorRef<String> asking =
                system.spawn(
                        () ->
                                (_, context) -> {
                                    context.ask(echo, new Ping(), LONG).get(60, TimeUnit.SECONDS);
                                    done.countDown();
                                });
        for (int i = 0; i < 100; i++) {
            asking.tell("ask");
        }
        await(done);
    }

    @Test
    void shouldNotLetABusyActorStarveOthers() {
        var over = new AtomicBoolean();
        for (int i = 0; i < 4; i++) {
            ActorRef<String> busy =
                    system.spawn(
                            () ->
                                    (message, context) -> {
                                        if (!over.get()) {
                                            context.self().tell(message);
                                        }
                                    });
            busy.tell("again");
        }
        ActorRef<Ping> echo = echo();
        for (int i = 0; i < 100; i++) {
            assertEquals(1, system.ask(echo, new Ping(), LONG).join());
        }
        over.set(true);
    }

    @Test
    void shouldNotLetTwoThatTalkStarveOthers() {
        var over = new AtomicBoolean();
        List<ActorRef<Integer>> both = new ArrayList<>();
        for (int pair = 0; pair < 3; pair++) {
            int first = both.size();
            for (int i = 0; i < 2; i++) {
                int other = first + 1 - i;
                both.add(
                        system.spawn(
                                () ->
                                        (ball, _) -> {
                                            if (!over.get()) {
                                                both.get(other).tell(ball + 1);
                                            }
                                        }));
            }
        }
        for (int i = 0; i < both.size(); i += 2) {
            both.get(i).tell(0);
        }
        ActorRef<Ping> echo = echo();
        for (int i = 0; i < 100; i++) {
            assertEquals(1, system.ask(echo, new Ping(), LONG).join());
        }
        over.set(true);
    }

    @Test
    void shouldClearAnInterruptAfterTheTurnItWasMeantFor() {
        var seen = new CountDownLatch(50);
        var interrupted = new AtomicInteger();
        for (int i = 0; i < 50; i++) {
            ActorRef<String> actor =
                    system.spawn(
                            () ->
                                    (_, _) -> {
                                        if (Thread.currentThread().isInterrupted()) {
                                            interrupted.incrementAndGet();
                                        }
                                        Thread.currentThread().interrupt();
                                        seen.countDown();
                                    });
            actor.tell("go");
        }
        await(seen);
        assertEquals(0, interrupted.get());
    }

    // ----------------------------------------------------------------- races

    @Test
    void shouldHandleEachMessageOnceInOrderOneAtATime() {
        int senders = 4;
        int each = 200_000;
        var inside = new AtomicInteger();
        var errors = new AtomicInteger();
        var done = new CountDownLatch(1);
        var last = new int[senders];
        var count = new int[1];
        ActorRef<int[]> sink =
                system.spawn(
                        () ->
                                (message, _) -> {
                                    if (inside.incrementAndGet() != 1) {
                                        errors.incrementAndGet();
                                    }
                                    if (message[1] != ++last[message[0]]) {
                                        errors.incrementAndGet();
                                    }
                                    inside.decrementAndGet();
                                    if (++count[0] == senders * each) {
                                        done.countDown();
                                    }
                                },
                        ActorOptions.<int[]>defaults().bounded(300));
        for (int s = 0; s < senders; s++) {
            int number = s;
            Thread.ofPlatform()
                    .start(
                            () -> {
                                for (int i = 1; i <= each; ) {
                                    if (sink.tell(new int[] {number, i}) == Tell.ACCEPTED) {
                                        i++;
                                    } else {
                                        Thread.yield();
                                    }
                                }
                            });
        }
        await(done);
        assertEquals(0, errors.get());
    }

    @Test
    void shouldBoundAMailboxUpToTheNumberOfSenders() throws Exception {
        int capacity = 50;
        int senders = 8;
        var release = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        ActorRef<String> held =
                system.spawn(
                        () ->
                                (_, _) -> {
                                    entered.countDown();
                                    release.await(60, TimeUnit.SECONDS);
                                },
                        ActorOptions.<String>defaults().bounded(capacity));
        held.tell("hold");
        await(entered);
        var accepted = new AtomicInteger();
        var threads = new ArrayList<Thread>();
        for (int s = 0; s < senders; s++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (held.tell("x") == Tell.ACCEPTED) {
                                            accepted.incrementAndGet();
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(accepted.get() >= capacity, () -> "accepted " + accepted);
        assertTrue(accepted.get() < capacity + senders, () -> "accepted " + accepted);
        release.countDown();
    }

    @Test
    void shouldLoseNobodyWhoWaitsForRoomUnderLoad() {
        int senders = 4;
        int each = 5_000;
        var handled = new AtomicLong();
        ActorRef<Integer> sink =
                system.spawn(
                        () -> (_, _) -> handled.incrementAndGet(),
                        ActorOptions.<Integer>defaults().bounded(2));
        var all = new ArrayList<CompletableFuture<Void>>();
        for (int s = 0; s < senders; s++) {
            all.add(
                    CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < each; i++) {
                                    assertEquals(Tell.ACCEPTED, sink.tellWhenRoom(i, LONG).join());
                                }
                            },
                            task -> Thread.ofVirtual().start(task)));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .orTimeout(120, TimeUnit.SECONDS)
                .join();
        var end = new CountDownLatch(1);
        system.spawn(
                () ->
                        new Actor<Object>() {
                            @Override
                            public void started(ActorContext<Object> context) {
                                context.watch(sink);
                            }

                            @Override
                            public void receive(Object message, ActorContext<Object> context) {}

                            @Override
                            public void signal(Signal signal, ActorContext<Object> context) {
                                end.countDown();
                            }
                        });
        sink.stop();
        await(end);
        assertEquals(senders * each, handled.get());
    }

    @Test
    void shouldRestartUnderLoad() {
        int senders = 3;
        int each = 30_000;
        var handled = new AtomicInteger();
        var thrown = new AtomicInteger();
        var instances = new AtomicInteger();
        var done = new CountDownLatch(senders * each);
        ActorRef<Integer> actor =
                system.spawn(
                        () -> {
                            instances.incrementAndGet();
                            return (message, _) -> {
                                done.countDown();
                                if (message % 100 == 0) {
                                    thrown.incrementAndGet();
                                    throw new IllegalStateException("by number");
                                }
                                handled.incrementAndGet();
                            };
                        },
                        ActorOptions.<Integer>defaults()
                                .unbounded()
                                .supervised(Supervision.restart(Integer.MAX_VALUE, LONG)));
        for (int s = 0; s < senders; s++) {
            Thread.ofPlatform()
                    .start(
                            () -> {
                                for (int i = 0; i < each; i++) {
                                    actor.tell(i);
                                }
                            });
        }
        await(done);
        assertEquals(0, system.close(LONG).size());
        assertEquals(senders * each, handled.get() + thrown.get());
        assertEquals(senders * each / 100, thrown.get());
        assertTrue(instances.get() >= thrown.get(), () -> "instances " + instances);
    }

    @Test
    void shouldTellEachWatcherOfEachDeathOnceHoweverTheyRace() {
        int rounds = 5_000;
        long seed = Seeds.of("RunnerDispatcherTest watch");
        var random = new Random(seed);
        var heard = new CountDownLatch(rounds);
        for (int i = 0; i < rounds; i++) {
            ActorRef<String> dying = system.spawn(() -> (_, context) -> context.stop());
            int order = random.nextInt(3);
            if (order == 0) {
                dying.tell("die");
            }
            system.spawn(() -> new OneDeath(dying, heard));
            if (order == 1) {
                dying.tell("die");
            } else if (order == 2) {
                dying.stop();
            }
        }
        await(heard);
        system.close(LONG);
        assertEquals(0, OneDeath.TWICE.get());
    }

    private static final class OneDeath implements Actor<Object> {
        static final AtomicInteger TWICE = new AtomicInteger();

        private final ActorRef<?> watched;
        private final CountDownLatch heard;
        private int times;

        OneDeath(ActorRef<?> watched, CountDownLatch heard) {
            this.watched = watched;
            this.heard = heard;
        }

        @Override
        public void started(ActorContext<Object> context) {
            context.watch(watched);
        }

        @Override
        public void receive(Object message, ActorContext<Object> context) {}

        @Override
        public void signal(Signal signal, ActorContext<Object> context) {
            heard.countDown();
            if (++times > 1) {
                TWICE.incrementAndGet();
            }
        }
    }

    // ------------------------------------------------------------------ scale

    @Test
    void shouldRunAHundredThousandActiveActors() {
        int actors = 100_000;
        int rounds = 5;
        var done = new CountDownLatch(actors);
        List<ActorRef<Integer>> all = new ArrayList<>(actors);
        for (int i = 0; i < actors; i++) {
            int number = i;
            all.add(
                    system.spawn(
                            () ->
                                    (left, _) -> {
                                        if (left == 0) {
                                            done.countDown();
                                        } else {
                                            int next = (number + 7919) % actors;
                                            all.get(next).tell(left - 1);
                                        }
                                    }));
        }
        for (ActorRef<Integer> actor : all) {
            actor.tell(rounds);
        }
        await(done);
    }

    /** A million with {@code -Dtharsis.idleActors=1000000}; each one takes the same. */
    @Test
    void shouldHoldIdleActorsInLessThanAKibibyteEach() {
        int count = Integer.getInteger("tharsis.idleActors", 100_000);
        var first = new CountDownLatch(count);
        ActorRef<?>[] refs = new ActorRef<?>[count];
        long before = usedBytes();
        for (int i = 0; i < count; i++) {
            ActorRef<String> ref = system.spawn(() -> (_, _) -> first.countDown());
            ref.tell("so that it has a mailbox");
            refs[i] = ref;
        }
        await(first);
        long each = (usedBytes() - before) / count;
        assertTrue(each < 1024, () -> each + " bytes each");
        assertEquals(count, refs.length);
        assertEquals(count, system.stats().living());
    }

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    // ------------------------------------------------------------------ close

    @Test
    void shouldEndEveryAskAndLoseNoMessageWhenClosedUnderLoad() {
        var dead = new AtomicLong();
        var handled = new AtomicLong();
        var accepted = new AtomicLong();
        system.onDeadLetter(_ -> dead.incrementAndGet());
        List<ActorRef<Ping>> actors = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            actors.add(
                    system.spawn(
                            () ->
                                    (ping, context) -> {
                                        handled.incrementAndGet();
                                        context.reply(ping, 1);
                                    }));
        }
        var asks = new ArrayList<CompletableFuture<?>>();
        var senders = new ArrayList<Thread>();
        var stopped = new AtomicLong();
        for (int s = 0; s < 3; s++) {
            var mine = new ArrayList<CompletableFuture<?>>();
            senders.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int i = 0; i < 100_000; i++) {
                                            ActorRef<Ping> to = actors.get(i % 20);
                                            switch (to.tell(new Ping())) {
                                                case ACCEPTED -> accepted.incrementAndGet();
                                                case STOPPED -> stopped.incrementAndGet();
                                                case FULL -> Thread.yield();
                                            }
                                            if (i % 100 == 0) {
                                                mine.add(system.ask(to, new Ping(), LONG));
                                            }
                                        }
                                        synchronized (asks) {
                                            asks.addAll(mine);
                                        }
                                    }));
        }
        while (handled.get() < 10_000) {
            Thread.yield();
        }
        assertEquals(List.of(), system.close(LONG));
        senders.forEach(
                sender -> {
                    try {
                        sender.join();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
        int refusedAsks = 0;
        for (CompletableFuture<?> ask : asks) {
            ask.handle((_, _) -> null).orTimeout(60, TimeUnit.SECONDS).join();
            refusedAsks += ask.isCompletedExceptionally() ? 1 : 0;
        }
        // Turns of stopped actors may still be turning late messages into dead letters.
        long told = accepted.get() + stopped.get() + asks.size();
        long endNs = System.nanoTime() + LONG.toNanos();
        while (told - handled.get() - dead.get() > refusedAsks) {
            assertTrue(
                    System.nanoTime() - endNs < 0,
                    () -> "lost: " + (told - handled.get() - dead.get()));
            Thread.yield();
        }
    }

    @Test
    void shouldSayWhoDidNotStopAndStopThemWhenTheyReturn() throws Exception {
        var entered = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        ActorRef<Ping> stubborn =
                system.spawn(
                        () ->
                                new Actor<Ping>() {
                                    @Override
                                    public void receive(Ping ping, ActorContext<Ping> context) {
                                        entered.countDown();
                                        boolean interrupted = false;
                                        while (!interrupted || release.getCount() > 0) {
                                            try {
                                                release.await(60, TimeUnit.SECONDS);
                                            } catch (InterruptedException _) {
                                                interrupted = true;
                                            }
                                        }
                                    }

                                    @Override
                                    public void stopped(ActorContext<Ping> context) {
                                        stopped.countDown();
                                    }
                                },
                        "stubborn");
        stubborn.tell(new Ping());
        await(entered);
        CompletableFuture<Integer> asked = system.ask(stubborn, new Ping(), LONG);
        assertEquals(List.of("stubborn"), system.close(Duration.ofMillis(50)));
        assertFalse(stubborn.isStopped());
        assertFalse(asked.isDone());
        release.countDown();
        await(stopped);
        var failure = asked.handle((_, thrown) -> thrown).get(60, TimeUnit.SECONDS);
        assertTrue(failure instanceof AskException.DidNotRun, () -> "" + failure);
    }

    @Test
    void shouldHoldNoThreadOnceClosed() throws Exception {
        assertEquals(1, system.ask(echo(), new Ping(), LONG).get(60, TimeUnit.SECONDS));
        var dispatcher = (RunnerDispatcher) Dispatcher.virtualThreads(2);
        var done = new CountDownLatch(1);
        Turn turn =
                _ -> {
                    done.countDown();
                    return false;
                };
        dispatcher.execute(turn);
        await(done);
        dispatcher.close();
        while (!dispatcher.isOver()) {
            Thread.yield();
        }
        // Late turns run all the same.
        var late = new CountDownLatch(1);
        dispatcher.execute(
                _ -> {
                    late.countDown();
                    return false;
                });
        await(late);
    }
}
