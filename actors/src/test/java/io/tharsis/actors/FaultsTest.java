package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Code of users that misbehaves, and moments that are hard to hit. Deadlines are for hangs. */
@Timeout(180)
final class FaultsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration HOUR = Duration.ofHours(1);

    private SimulatedDispatcher simulated;
    private ActorSystem simulation;
    private ActorSystem runners;
    private Probe probe;

    @BeforeEach
    void open() {
        simulated = new SimulatedDispatcher(Seeds.of("FaultsTest"));
        simulation = ActorSystem.builder("simulation").dispatcher(simulated).build();
        runners = ActorSystem.builder("runners").parallelism(3).build();
        probe = new Probe(simulated);
        simulation.onDeadLetter(letter -> probe.note("dead " + letter.message()));
    }

    @AfterEach
    void close() {
        for (ActorSystem system : List.of(simulation, runners)) {
            assertEquals(List.of(), system.close(LONG), system::name);
            assertEquals(0, system.stats().living(), system::name);
        }
    }

    // --------------------------------------------------------------- fixtures

    private record Question(String text) implements Request<Integer> {}

    private record WhichThread() implements Request<Thread> {}

    private record Interrupted() implements Request<Boolean> {}

    /** Neither getMessage nor toString answer. */
    private static final class Unspeakable extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            // Throwable.toString calls it.
            throw new IllegalStateException("no message");
        }
    }

    /** Notes what it is told and of whom it hears; fails when told "fail". */
    private class Noting implements Actor<Object> {
        private final String name;

        Noting(String name) {
            this.name = name;
        }

        @Override
        public void receive(Object message, ActorContext<Object> context) throws Exception {
            if (message.equals("fail")) {
                throw new IllegalStateException("bug");
            }
            probe.note(name + " " + message);
        }

        @Override
        public void signal(Signal signal, ActorContext<Object> context) {
            if (signal instanceof Signal.Terminated(ActorRef<?> actor, Throwable cause)) {
                String why = cause == null ? "" : " by " + cause.getMessage();
                probe.note(name + " heard of " + actor.name() + why);
            }
        }
    }

    private static <M> ActorOptions<M> supervised(Supervision supervision) {
        return ActorOptions.<M>defaults().supervised(supervision);
    }

    private static Supervision rethrowing() {
        return Supervision.deciding(
                failure -> {
                    throw (RuntimeException) failure;
                });
    }

    private static Comparator<Object> orderWithoutOrder() {
        return (_, _) -> {
            throw new AssertionError("no order");
        };
    }

    private ActorRef<Object> watcherOf(ActorRef<?> actor) {
        ActorRef<Object> watcher =
                simulation.spawn(
                        () ->
                                new Noting("w") {
                                    @Override
                                    public void started(ActorContext<Object> context) {
                                        context.watch(actor);
                                    }
                                });
        simulated.runUntilIdle();
        return watcher;
    }

    /** In the simulation; it handles nothing for an hour, as it waits for its restart. */
    private ActorRef<Object> suspended(String name, ActorOptions<Object> options) {
        Supervision hold = Supervision.restart(1, Duration.ofDays(1)).backingOff(HOUR, HOUR);
        ActorRef<Object> held =
                simulation.spawn(() -> new Noting(name), name, options.supervised(hold));
        held.tell("fail");
        simulated.runUntilIdle();
        return held;
    }

    private List<String> notesWith(String start) {
        return probe.notes().stream().filter(note -> note.startsWith(start)).toList();
    }

    private static AskException failureOf(CompletableFuture<?> asked) {
        assertTrue(asked.isDone(), "not done");
        Throwable thrown = assertThrows(CompletionException.class, asked::join).getCause();
        return assertInstanceOf(AskException.class, thrown);
    }

    private static CompletableFuture<Integer> ask(ActorRef<? super Question> to) {
        return ((Cell<?>) to).system.ask(to, new Question("?"), LONG);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    private static void awaitThat(BooleanSupplier condition) throws InterruptedException {
        long endNs = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - endNs < 0, "hangs");
            Thread.sleep(1);
        }
    }

    private static <T> CompletableFuture<T> onThread(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofPlatform().start(task));
    }

    // -------------------------------------------- code of users inside a turn

    @Test
    void shouldStopWhenTheDecisionRethrowsTheFailure() {
        ActorRef<Object> actor =
                simulation.spawn(() -> new Noting("a"), "a", supervised(rethrowing()));
        watcherOf(actor);
        actor.tell("fail");
        simulated.runUntilIdle();
        assertEquals(List.of("w heard of a by bug"), probe.notes());
        assertTrue(actor.isStopped());
        assertEquals(Tell.STOPPED, actor.tell("late"));
        assertEquals(List.of(), simulation.close(LONG));
    }

    @Test
    void shouldFailTheAskAndDoAsSupervisedWhenAFailureHasNoMessage() {
        for (Supervision kind :
                List.of(
                        Supervision.stop(),
                        Supervision.resume(),
                        Supervision.restart(9, HOUR),
                        Supervision.escalate(),
                        rethrowing())) {
            ActorRef<Question> actor =
                    simulation.spawn(
                            () ->
                                    (question, context) -> {
                                        if (question.text().equals("fail")) {
                                            throw new Unspeakable();
                                        }
                                        context.reply(question, 7);
                                    },
                            supervised(kind));
            CompletableFuture<Integer> failed = simulation.ask(actor, new Question("fail"), LONG);
            simulated.runUntilIdle();
            assertTrue(failureOf(failed).mayHaveRun());
            boolean goesOn = kind == Supervision.resume() || kind instanceof Supervision.Restart;
            assertEquals(!goesOn, actor.isStopped(), kind::toString);
            CompletableFuture<Integer> next = ask(actor);
            simulated.runUntilIdle();
            if (goesOn) {
                assertEquals(7, next.join());
            } else {
                assertFalse(failureOf(next).mayHaveRun());
            }
        }
        assertEquals(List.of(), simulation.close(LONG));
    }

    @Test
    void shouldNotBeWedgedByAnOrderThatThrowsAnError() {
        ActorRef<Object> actor =
                simulation.spawn(
                        () -> new Noting("a"),
                        ActorOptions.<Object>defaults().prioritized(orderWithoutOrder()));
        for (int i = 0; i < 10; i++) {
            actor.tell(i);
        }
        simulated.runUntilIdle();
        boolean stopped = actor.isStopped();
        assertEquals(stopped ? Tell.STOPPED : Tell.ACCEPTED, actor.tell("last"));
        simulated.runUntilIdle();
        assertTrue(probe.notes().contains(stopped ? "dead last" : "a last"), "wedged");
        assertEquals(List.of(), simulation.close(LONG));
    }

    @Test
    void shouldCloseOnRunnersAfterFaultsInsideTurns() {
        ActorRef<Object> rethrown =
                runners.spawn(() -> new Noting("a"), "a", supervised(rethrowing()));
        ActorRef<Object> unspeakable =
                runners.spawn(
                        () ->
                                (_, _) -> {
                                    throw new Unspeakable();
                                });
        ActorRef<Object> unordered =
                runners.spawn(
                        () -> new Noting("o"),
                        ActorOptions.<Object>defaults().prioritized(orderWithoutOrder()));
        rethrown.tell("fail");
        CompletableFuture<Integer> asked = ask(unspeakable);
        for (int i = 0; i < 10; i++) {
            unordered.tell(i);
        }
        Throwable thrown = assertThrows(Exception.class, () -> get(asked)).getCause();
        assertInstanceOf(AskException.class, thrown);
        assertEquals(List.of(), runners.close(LONG));
        assertTrue(rethrown.isStopped() && unspeakable.isStopped() && unordered.isStopped());
    }

    // ---------------------------------------------------------------- forward

    private ActorRef<Question> forwardingTo(ActorRef<Object> to) {
        return simulation.spawn(
                () -> (question, context) -> probe.note("told " + context.forward(to, question)));
    }

    @Test
    void shouldSayThatAForwardedAskMayHaveRunWhenTheNextActorIsFull() {
        ActorRef<Object> full = suspended("full", ActorOptions.<Object>defaults().bounded(1));
        assertEquals(Tell.ACCEPTED, full.tell("fill"));
        CompletableFuture<Integer> forwarded = ask(forwardingTo(full));
        simulated.runUntilIdle();
        assertEquals(List.of("told FULL"), probe.notes());
        assertTrue(failureOf(forwarded).mayHaveRun());
        assertFalse(failureOf(ask(full)).mayHaveRun());
    }

    @Test
    void shouldSayThatAForwardedAskMayHaveRunWhenTheNextActorHasStopped() {
        ActorRef<Object> stopped = simulation.spawn(() -> new Noting("stopped"));
        stopped.stop();
        simulated.runUntilIdle();
        CompletableFuture<Integer> forwarded = ask(forwardingTo(stopped));
        simulated.runUntilIdle();
        assertEquals(List.of("told STOPPED"), notesWith("told"));
        assertTrue(failureOf(forwarded).mayHaveRun());
        assertFalse(failureOf(ask(stopped)).mayHaveRun());
    }

    @Test
    void shouldSayThatAForwardedAskMayHaveRunWhenTheNextActorStopsWithIt() {
        ActorRef<Object> held = suspended("held", ActorOptions.<Object>defaults());
        CompletableFuture<Integer> forwarded = ask(forwardingTo(held));
        CompletableFuture<Integer> direct = ask(held);
        simulated.runUntilIdle();
        assertEquals(List.of("told ACCEPTED"), probe.notes());
        assertFalse(forwarded.isDone() || direct.isDone());
        assertEquals(List.of(), simulation.close(LONG));
        assertTrue(failureOf(forwarded).mayHaveRun());
        assertFalse(failureOf(direct).mayHaveRun());
    }

    // ------------------------------------------------------ deadlines, timers

    @Test
    void shouldRingTimersWhileACallbackOfAnExpiredAskBlocks() throws Exception {
        ActorRef<Question> silent = runners.spawn(() -> (m, context) -> context.replyTo(m));
        var question = new Question("?");
        CompletableFuture<Integer> blocking =
                runners.ask(silent, question, Duration.ofMillis(50))
                        .exceptionally(
                                _ ->
                                        runners.ask(silent, question, Duration.ofMillis(100))
                                                .handle((_, _) -> 1)
                                                .join());
        CompletableFuture<Integer> other = runners.ask(silent, question, Duration.ofMillis(200));
        var rung = new CompletableFuture<String>();
        Actor<String> ringing =
                new Actor<>() {
                    @Override
                    public void started(ActorContext<String> context) {
                        context.once(Duration.ofMillis(200), "ring");
                    }

                    @Override
                    public void receive(String message, ActorContext<String> context) {
                        rung.complete(message);
                    }
                };
        runners.spawn(() -> ringing);
        assertEquals("ring", get(rung));
        Throwable thrown = assertThrows(Exception.class, () -> get(other)).getCause();
        assertInstanceOf(AskException.Expired.class, thrown);
        assertEquals(1, get(blocking));
    }

    @Test
    void shouldRefuseDeadlinesThatAreNoneBeforeAnythingHappens() {
        ActorRef<Object> actor =
                simulation.spawn(
                        () -> new Noting("a"), "a", ActorOptions.<Object>defaults().bounded(1));
        ActorRef<Object> full = suspended("full", ActorOptions.<Object>defaults().bounded(1));
        full.tell("fill");
        Duration negative = Duration.ofMillis(-1);
        var question = new Question("?");
        for (ActorRef<Object> to : List.of(actor, full)) {
            assertThrows(
                    NullPointerException.class, () -> simulation.ask(to, question, null), to::name);
            assertThrows(NullPointerException.class, () -> to.tellWhenRoom("null", null), to::name);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> simulation.ask(to, question, negative),
                    to::name);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> to.tellWhenRoom("negative", negative),
                    to::name);
        }
        simulated.advance(HOUR.multipliedBy(2));
        assertEquals(List.of("full fill"), probe.notes());
    }

    @Test
    void shouldRefuseADispatcherThatRunsNothing() {
        assertThrows(IllegalArgumentException.class, () -> Dispatcher.virtualThreads(0));
        assertThrows(IllegalArgumentException.class, () -> Dispatcher.virtualThreads(-1));
    }

    // ---------------------------------------------------------------- mailbox

    @Test
    void shouldKeepTheOrderOfASenderThatWaitsForRoomNowAndThen() throws Exception {
        var errors = new AtomicInteger();
        var received = new AtomicInteger();
        var last = new AtomicInteger(-1);
        var done = new CompletableFuture<Void>();
        ActorRef<Integer> slow =
                runners.spawn(
                        () ->
                                (number, _) -> {
                                    if (last.getAndSet(number) >= number) {
                                        errors.incrementAndGet();
                                    }
                                    received.incrementAndGet();
                                    for (int i = 0; i < 30; i++) {
                                        Thread.onSpinWait();
                                    }
                                    if (number == Integer.MAX_VALUE) {
                                        done.complete(null);
                                    }
                                },
                        ActorOptions.<Integer>defaults().bounded(2));
        int next = 0;
        int accepted = 0;
        for (int round = 0; round < 20_000; round++) {
            var waits = new ArrayList<CompletableFuture<Tell>>();
            for (int i = 0; i <= round % 3; i++) {
                waits.add(slow.tellWhenRoom(next++, LONG));
            }
            for (int i = 0; i < 50; i++) {
                accepted += slow.tell(next++) == Tell.ACCEPTED ? 1 : 0;
            }
            for (CompletableFuture<Tell> wait : waits) {
                assertEquals(Tell.ACCEPTED, get(wait));
                accepted++;
            }
        }
        assertEquals(Tell.ACCEPTED, get(slow.tellWhenRoom(Integer.MAX_VALUE, LONG)));
        get(done);
        assertEquals(0, errors.get(), "out of order");
        assertEquals(accepted + 1, received.get());
    }

    @Test
    void shouldStopAPrioritizedActorAfterWhatItWasToldBefore() {
        ActorRef<Object> actor =
                simulation.spawn(
                        () -> new Noting("a"),
                        ActorOptions.<Object>defaults()
                                .prioritized(Comparator.comparing(String::valueOf)));
        actor.tell("z");
        actor.tell("m");
        actor.stop();
        actor.tell("b");
        CompletableFuture<Integer> asked = ask(actor);
        simulated.runUntilIdle();
        assertTrue(actor.isStopped());
        assertEquals(List.of("a m", "a z"), notesWith("a "));
        assertEquals(2, notesWith("dead ").size(), () -> probe.notes().toString());
        assertTrue(probe.notes().contains("dead b"));
        assertFalse(failureOf(asked).mayHaveRun());
    }

    @Test
    void shouldHaveRoomForOneAgainOnceItIsHandled() {
        ActorRef<Object> one =
                simulation.spawn(
                        () -> new Noting("one"), ActorOptions.<Object>defaults().bounded(1));
        simulated.runUntilIdle();
        for (int i = 0; i < 100; i++) {
            assertEquals(Tell.ACCEPTED, one.tell(i));
            assertEquals(Tell.FULL, one.tell("beyond"));
            simulated.runUntilIdle();
        }
        assertEquals(100, probe.notes().size());
    }

    @Test
    void shouldNotTakeTheRoomForCommands() {
        ActorRef<Object> one =
                simulation.spawn(
                        () -> new Noting("one"), "one", ActorOptions.<Object>defaults().bounded(1));
        simulated.runUntilIdle();
        var told = new ArrayList<Tell>();
        simulation.spawn(
                () ->
                        new Noting("w") {
                            @Override
                            public void started(ActorContext<Object> context) {
                                context.watch(one);
                                context.unwatch(one);
                                context.watch(one);
                                told.add(one.tell("first"));
                                told.add(one.tell("second"));
                            }
                        });
        simulated.runUntilIdle();
        assertEquals(List.of(Tell.ACCEPTED, Tell.FULL), told);
        assertEquals(List.of("one first"), probe.notes());
    }

    // ---------------------------------------------------------------- restart

    @Test
    void shouldHearAfterARestartOfOthersAndNotOfTheOldChildren() {
        ActorRef<Object> other = simulation.spawn(() -> new Noting("other"), "other");
        var instances = new AtomicInteger();
        ActorRef<Object> parent =
                simulation.spawn(
                        () -> {
                            int instance = instances.incrementAndGet();
                            return new Noting("parent " + instance) {
                                @Override
                                public void started(ActorContext<Object> context) {
                                    if (instance == 1) {
                                        context.watch(context.spawn(() -> new Noting("c")));
                                        context.watch(context.spawn(() -> new Noting("d"), "d"));
                                        context.watch(other);
                                    }
                                }
                            };
                        },
                        "parent",
                        supervised(Supervision.restart(9, HOUR)));
        simulated.runUntilIdle();
        parent.tell("fail");
        parent.tell("go on");
        simulated.runUntilIdle();
        assertEquals(List.of("parent 2 go on"), probe.notes());
        other.stop();
        simulated.runUntilIdle();
        assertEquals(List.of("parent 2 go on", "parent 2 heard of other"), probe.notes());
        assertFalse(parent.isStopped());
    }

    /** Spawns children that escalate, as many as asked for; only the first's fail. */
    private ActorRef<Object> parentOfEscalating(
            ActorSystem system, int count, AtomicInteger instances) {
        return system.spawn(
                () -> {
                    int instance = instances.incrementAndGet();
                    return new Noting("parent") {
                        @Override
                        public void started(ActorContext<Object> context) {
                            for (int i = 0; i < count; i++) {
                                ActorRef<Object> child =
                                        context.spawn(
                                                () -> new Noting("child"),
                                                supervised(Supervision.escalate()));
                                if (instance == 1) {
                                    child.tell("fail");
                                }
                            }
                        }
                    };
                },
                supervised(Supervision.restart(9, HOUR)));
    }

    @Test
    void shouldRestartOnceWhenAChildEscalates() {
        for (int count = 1; count <= 50; count++) {
            int children = 1 + count % 3;
            var instances = new AtomicInteger();
            ActorRef<Object> parent = parentOfEscalating(simulation, children, instances);
            simulated.runUntilIdle();
            parent.tell(count);
            simulated.runUntilIdle();
            assertEquals(2, instances.get(), () -> "with " + children + " children");
            assertEquals(count, simulation.stats().restarts());
            assertEquals("parent " + count, probe.notes().getLast());
            assertFalse(parent.isStopped());
        }
    }

    @Test
    void shouldRestartOnceWhenChildrenEscalateAtOnce() throws Exception {
        int rounds = 2_000;
        var all = new ArrayList<AtomicInteger>();
        for (int round = 0; round < rounds; round++) {
            var instances = new AtomicInteger();
            all.add(instances);
            ActorRef<Object> parent = parentOfEscalating(runners, 4, instances);
            awaitThat(() -> instances.get() >= 2);
            parent.stop();
            awaitThat(parent::isStopped);
        }
        int most = all.stream().mapToInt(AtomicInteger::get).max().orElse(0);
        assertEquals(2, most, "instances");
        assertEquals(rounds, runners.stats().restarts());
    }

    // ----------------------------------------------- dead letters, simulation

    @Test
    void shouldSurviveASubscriberThatMakesDeadLetters() {
        ActorRef<Object> stopped = simulation.spawn(() -> new Noting("stopped"), "stopped");
        stopped.stop();
        simulated.runUntilIdle();
        var told = new AtomicInteger();
        var depth = new AtomicInteger();
        var deepest = new AtomicInteger();
        var thrown = new AtomicReference<Throwable>();
        simulation.onDeadLetter(
                letter -> {
                    deepest.accumulateAndGet(depth.incrementAndGet(), Math::max);
                    try {
                        if (stopped.tell("about " + letter.to().name()) == Tell.STOPPED) {
                            told.incrementAndGet();
                        }
                    } catch (Throwable e) {
                        thrown.set(e);
                    }
                    depth.decrementAndGet();
                });
        assertEquals(Tell.STOPPED, stopped.tell("first"));
        assertEquals(null, thrown.get());
        assertTrue(told.get() >= 1);
        assertTrue(deepest.get() < 100, () -> "deep: " + deepest);
        assertEquals(1 + told.get(), simulation.stats().deadLetters());
        assertEquals(List.of(), simulation.close(LONG));
    }

    @Test
    void shouldHandleTheSameInTheSameOrderWithTheSameSeed() {
        long first = Seeds.of("FaultsTest same");
        for (long seed = first; seed < first + 20; seed++) {
            List<String> trace = trace(seed);
            assertTrue(trace.size() > 40, () -> "short: " + trace);
            assertEquals(trace, trace(seed), "with -Dtharsis.seed=" + seed);
        }
    }

    /** Many watch one actor and each other, and speak and set timers when they hear of an end. */
    private static List<String> trace(long seed) {
        var dispatcher = new SimulatedDispatcher(seed);
        var trace = new ArrayList<String>();
        var refs = new ArrayList<ActorRef<Object>>();
        int count = 12;
        ActorSystem system = ActorSystem.builder("trace").dispatcher(dispatcher).build();
        system.onDeadLetter(letter -> trace.add("dead " + letter.message()));
        for (int i = 0; i < count; i++) {
            int number = i;
            Actor<Object> actor =
                    new Actor<>() {
                        @Override
                        public void receive(Object message, ActorContext<Object> context) {
                            trace.add(number + " " + message);
                            if (message.equals("watch")) {
                                for (int k = 0; k < number; k++) {
                                    context.watch(refs.get(k));
                                }
                                context.once("a", Duration.ofMillis(number % 3), "tick a");
                                context.once("b", Duration.ofMillis(1), "tick b");
                            } else if (message.equals("fail")) {
                                throw new IllegalStateException("bug");
                            }
                        }

                        @Override
                        public void signal(Signal signal, ActorContext<Object> context) {
                            var end = (Signal.Terminated) signal;
                            trace.add(number + " heard of " + end.actor().name());
                            refs.get((number + 5) % count).tell("from " + number);
                            context.once(Duration.ofMillis(2), "late");
                            if (number % 4 == 1) {
                                context.stop();
                            }
                        }
                    };
            refs.add(system.spawn(() -> actor, "n" + number));
        }
        refs.forEach(ref -> ref.tell("watch"));
        dispatcher.advance(Duration.ofMillis(1));
        refs.getFirst().tell("fail");
        dispatcher.advance(Duration.ofSeconds(1));
        assertEquals(List.of(), system.close(LONG));
        return trace;
    }

    @Test
    void shouldMakeADeadLetterOfWhatIsPipedToAStoppedActor() {
        var good = new CompletableFuture<String>();
        var bad = new CompletableFuture<String>();
        ActorRef<Object> actor =
                simulation.spawn(
                        () ->
                                new Noting("a") {
                                    @Override
                                    public void started(ActorContext<Object> context) {
                                        context.pipeToSelf(good, (value, _) -> "piped " + value);
                                        context.pipeToSelf(bad, (_, failure) -> failure);
                                    }
                                });
        simulated.runUntilIdle();
        actor.stop();
        simulated.runUntilIdle();
        assertTrue(actor.isStopped());
        good.complete("good");
        bad.completeExceptionally(new IllegalStateException("bad"));
        simulated.runUntilIdle();
        assertEquals(
                List.of("dead good", "dead java.lang.IllegalStateException: bad"), probe.notes());
    }

    // ------------------------------------------------------- threads, closing

    @Test
    void shouldLoseNothingThatIsPipedWhileTheActorStops() throws Exception {
        int rounds = 2_000;
        var handled = new AtomicInteger();
        var dead = new AtomicInteger();
        runners.onDeadLetter(letter -> dead.addAndGet(letter.message().equals("piped") ? 1 : 0));
        for (int round = 0; round < rounds; round++) {
            ActorRef<Object> actor =
                    runners.spawn(
                            () ->
                                    (message, context) -> {
                                        if (message instanceof CompletableFuture<?> future) {
                                            context.pipeToSelf(future, (value, _) -> value);
                                        } else {
                                            handled.incrementAndGet();
                                        }
                                    });
            var future = new CompletableFuture<String>();
            actor.tell(future);
            actor.stop();
            future.complete("piped");
        }
        awaitThat(() -> handled.get() + dead.get() == rounds);
        assertEquals(rounds, handled.get() + dead.get());
    }

    @Test
    void shouldLoseNothingThatWasAcceptedWhileItCloses() throws Exception {
        for (int round = 0; round < 100; round++) {
            var system = ActorSystem.builder("closing").parallelism(2).build();
            var spawned = new AtomicInteger();
            var told = new AtomicInteger();
            var handled = new AtomicInteger();
            var dead = new AtomicInteger();
            var over = new AtomicBoolean();
            system.onDeadLetter(
                    letter -> dead.addAndGet(letter.message().equals("counted") ? 1 : 0));
            var threads = new ArrayList<CompletableFuture<Boolean>>();
            for (int i = 0; i < 2; i++) {
                threads.add(
                        onThread(
                                () -> {
                                    spawnUntilClosed(system, spawned, handled);
                                    return true;
                                }));
                threads.add(
                        onThread(
                                () -> {
                                    while (!over.get()) {
                                        tellLatest(system, spawned.get(), told);
                                    }
                                    return true;
                                }));
            }
            int before = 20 + round;
            awaitThat(() -> spawned.get() >= before);
            assertEquals(List.of(), system.close(LONG));
            over.set(true);
            for (CompletableFuture<Boolean> thread : threads) {
                assertTrue(get(thread));
            }
            awaitThat(() -> handled.get() + dead.get() == told.get());
            assertEquals(told.get(), handled.get() + dead.get(), "each is handled or dead");
            assertEquals(0, system.stats().living());
        }
    }

    private static void spawnUntilClosed(
            ActorSystem system, AtomicInteger spawned, AtomicInteger handled) {
        try {
            while (true) {
                system.spawn(
                        () -> (_, _) -> handled.incrementAndGet(), "n" + spawned.incrementAndGet());
            }
        } catch (IllegalStateException e) {
            assertTrue(e.getMessage().contains("closed"), e::getMessage);
        }
    }

    /** Counts what was accepted, or was not and is a dead letter. */
    private static void tellLatest(ActorSystem system, int latest, AtomicInteger told) {
        for (int number = latest; number <= latest + 2; number++) {
            ActorRef<Object> found = system.<Object>lookup("n" + number).orElse(null);
            if (found != null && found.tell("counted") != Tell.FULL) {
                told.incrementAndGet();
            }
        }
    }

    @Test
    void shouldNotFailATurnByAnInterruptBeforeIt() throws Exception {
        ActorRef<WhichThread> telling =
                runners.spawn(() -> (m, context) -> context.reply(m, Thread.currentThread()));
        ActorRef<Interrupted> checking =
                runners.spawn(
                        () ->
                                (m, context) -> {
                                    boolean interrupted = Thread.currentThread().isInterrupted();
                                    Thread.sleep(0);
                                    context.reply(m, interrupted || Thread.interrupted());
                                });
        for (int i = 0; i < 1_000; i++) {
            Thread thread = get(runners.ask(telling, new WhichThread(), LONG));
            for (int k = 0; k <= i % 5; k++) {
                thread.interrupt();
                Thread.yield();
            }
            assertEquals(false, get(runners.ask(checking, new Interrupted(), LONG)), "ask " + i);
        }
    }

    @Test
    void shouldNotFailAMessageByAnInterruptInTheOneBefore() throws Exception {
        var allWait = new CountDownLatch(1);
        ActorRef<Interrupted> leaving =
                runners.spawn(
                        () ->
                                (m, context) -> {
                                    context.reply(m, Thread.currentThread().isInterrupted());
                                    allWait.await();
                                    Thread.currentThread().interrupt();
                                });
        var answers = new ArrayList<CompletableFuture<Boolean>>();
        for (int i = 0; i < 100; i++) {
            answers.add(runners.ask(leaving, new Interrupted(), LONG));
        }
        allWait.countDown();
        for (CompletableFuture<Boolean> answer : answers) {
            assertEquals(false, get(answer));
        }
    }

    @Test
    void shouldEndWithoutTheInterruptOfItsLastMessage() throws Exception {
        var interrupted = new CompletableFuture<Boolean>();
        ActorRef<Object> leaving =
                runners.spawn(
                        () ->
                                new Actor<Object>() {
                                    @Override
                                    public void receive(Object m, ActorContext<Object> context) {
                                        Thread.currentThread().interrupt();
                                        context.stop();
                                    }

                                    @Override
                                    public void stopped(ActorContext<Object> context) {
                                        interrupted.complete(
                                                Thread.currentThread().isInterrupted());
                                    }
                                });
        leaving.tell("last");
        assertEquals(false, get(interrupted));
    }

    @Test
    void shouldCloseFromTwoThreadsAtOnce() throws Exception {
        for (int round = 0; round < 100; round++) {
            var system = ActorSystem.builder("closed twice").parallelism(2).build();
            for (int i = 0; i < 50; i++) {
                ActorRef<Object> parent =
                        system.spawn(
                                () ->
                                        (_, context) -> {
                                            context.spawn(() -> new Noting("child"));
                                            Thread.sleep(0, 1_000);
                                        });
                parent.tell("go");
            }
            var start = new CountDownLatch(1);
            var closers = new ArrayList<CompletableFuture<List<String>>>();
            for (int i = 0; i < 2; i++) {
                closers.add(
                        onThread(
                                () -> {
                                    try {
                                        start.await();
                                    } catch (InterruptedException e) {
                                        throw new AssertionError(e);
                                    }
                                    return system.close(LONG);
                                }));
            }
            start.countDown();
            for (CompletableFuture<List<String>> closer : closers) {
                assertEquals(List.of(), get(closer));
            }
            assertEquals(0, system.stats().living());
        }
    }
}
