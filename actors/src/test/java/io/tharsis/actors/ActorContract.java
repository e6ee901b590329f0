package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** What holds for actors on any dispatcher. */
abstract class ActorContract {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(30);

    /** For two hops, on a busy machine too. */
    private static final Duration ENOUGH = Duration.ofSeconds(3);

    Dispatcher dispatcher;
    ActorSystem system;
    Probe probe;

    abstract Dispatcher newDispatcher();

    @BeforeEach
    void open() {
        dispatcher = newDispatcher();
        system = ActorSystem.builder("test").dispatcher(dispatcher).build();
        probe = new Probe(dispatcher);
        system.onDeadLetter(letter -> probe.note("dead " + letter.message()));
    }

    @AfterEach
    void close() {
        assertEquals(List.of(), system.close(Duration.ofSeconds(30)));
        assertEquals(0, system.stats().living());
    }

    // --------------------------------------------------------------- fixtures

    record Add(int value) implements Request<Integer> {}

    record Fail(String why) {}

    /** Notes its life; fails when told a {@link Fail}. */
    class Noting implements Actor<Object> {
        final String name;

        Noting(String name) {
            this.name = name;
        }

        @Override
        public void started(ActorContext<Object> context) throws Exception {
            probe.note(name + " started");
        }

        @Override
        public void receive(Object message, ActorContext<Object> context) throws Exception {
            if (message instanceof Fail fail) {
                throw new IllegalStateException(fail.why());
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

        @Override
        public void restarting(Throwable cause, ActorContext<Object> context) {
            probe.note(name + " restarting by " + cause.getMessage());
        }

        @Override
        public void stopped(ActorContext<Object> context) {
            probe.note(name + " stopped");
        }
    }

    ActorRef<Object> noting(String name, Supervision supervision) {
        return system.spawn(
                () -> new Noting(name),
                name,
                ActorOptions.<Object>defaults().supervised(supervision));
    }

    /** An actor that handles nothing for an hour: it waits for its restart. */
    ActorRef<Object> suspended(String name, ActorOptions<Object> options) {
        return suspended(name, options, Duration.ofHours(1));
    }

    ActorRef<Object> suspended(String name, ActorOptions<Object> options, Duration time) {
        Supervision hold = Supervision.restart(1, Duration.ofDays(1)).backingOff(time, time);
        ActorRef<Object> held =
                system.spawn(() -> new Noting(name), name, options.supervised(hold));
        held.tell(new Fail("hold"));
        probe.await(2);
        assertEquals(List.of(name + " started", name + " restarting by hold"), probe.notes());
        return held;
    }

    <R> R get(CompletableFuture<R> future) {
        return probe.end(future).join();
    }

    <E extends AskException> E failure(Class<E> kind, CompletableFuture<?> future) {
        probe.end(future);
        Throwable thrown = assertThrows(CompletionException.class, future::join).getCause();
        return assertInstanceOf(kind, thrown);
    }

    // ------------------------------------------------------------------ order

    @Test
    void shouldKeepTheOrderOfEachSender() {
        int senders = 20;
        int each = 500;
        var seen = new int[senders];
        var errors = new AtomicInteger();
        var done = new CompletableFuture<Void>();
        var left = new AtomicInteger(senders * each);
        ActorRef<int[]> sink =
                system.spawn(
                        () ->
                                (message, _) -> {
                                    if (seen[message[0]]++ != message[1]) {
                                        errors.incrementAndGet();
                                    }
                                    if (left.decrementAndGet() == 0) {
                                        done.complete(null);
                                    }
                                },
                        ActorOptions.<int[]>defaults().unbounded());
        for (int s = 0; s < senders; s++) {
            int number = s;
            ActorRef<Integer> sender =
                    system.spawn(
                            () ->
                                    (Integer i, ActorContext<Integer> context) -> {
                                        sink.tell(new int[] {number, i});
                                        if (i + 1 < each) {
                                            context.self().tell(i + 1);
                                        }
                                    });
            sender.tell(0);
        }
        probe.end(done);
        assertEquals(0, errors.get());
    }

    @Test
    void shouldHandleTheLeastFirstInAPriorityMailbox() {
        ActorRef<Object> held =
                suspended(
                        "p",
                        ActorOptions.<Object>defaults()
                                .prioritized(Comparator.comparing(String::valueOf)),
                        Duration.ofSeconds(1));
        for (String text : List.of("c", "a", "b", "a")) {
            held.tell(text);
        }
        held.stop();
        held.tell("0, after the stop");
        List<String> notes = probe.await(9);
        assertEquals(
                List.of(
                        "p started",
                        "p a",
                        "p a",
                        "p b",
                        "p c",
                        "p stopped",
                        "dead 0, after the stop"),
                notes.subList(2, 9));
    }

    @Test
    void shouldLoseNothingWhenTheOrderOfAPriorityMailboxThrows() {
        Comparator<Object> order =
                (a, b) -> {
                    if (a.equals(3) || b.equals(5)) {
                        throw new ClassCastException("no order");
                    }
                    return a.toString().compareTo(b.toString());
                };
        ActorRef<Object> actor =
                system.spawn(
                        () -> new Noting("a"), ActorOptions.<Object>defaults().prioritized(order));
        for (int i = 0; i < 40; i++) {
            actor.tell(i);
        }
        List<String> notes = probe.await(41);
        for (int i = 0; i < 40; i++) {
            assertTrue(notes.contains("a " + i), "a " + i);
        }
    }

    void dispatcherAdvances(Duration time) {
        if (dispatcher instanceof SimulatedDispatcher simulated) {
            simulated.advance(time);
        }
    }

    // ---------------------------------------------------------------- mailbox

    @Test
    void shouldAnswerFullWhenTheBoundedMailboxIsFull() {
        ActorRef<Object> held = suspended("held", ActorOptions.<Object>defaults().bounded(3));
        for (int i = 0; i < 3; i++) {
            assertEquals(Tell.ACCEPTED, held.tell(i));
        }
        assertEquals(Tell.FULL, held.tell(3));
        assertEquals(Tell.FULL, held.tell(4));
        var full = failure(AskException.DidNotRun.class, askRaw(held, new Add(1)));
        assertFalse(full.mayHaveRun());
        assertTrue(full.getMessage().contains("the mailbox of held is full"), full::getMessage);
    }

    @SuppressWarnings("unchecked")
    CompletableFuture<Integer> askRaw(ActorRef<?> to, Add request) {
        return system.ask((ActorRef<Object>) to, request, LONG);
    }

    @Test
    void shouldTellWhenThereIsRoomInOrderAndGiveUpAtTheDeadline() {
        ActorRef<Object> first = suspended("held", ActorOptions.<Object>defaults().bounded(1));
        assertEquals(Tell.ACCEPTED, first.tell("a"));
        CompletableFuture<Tell> late = first.tellWhenRoom("late", SHORT);
        assertEquals(Tell.FULL, get(late));
        CompletableFuture<Tell> stopped = first.tellWhenRoom("left", LONG);
        assertFalse(stopped.isDone());
        system.close(LONG);
        assertEquals(Tell.STOPPED, get(stopped));
        assertEquals(
                List.of("dead a", "dead left"),
                probe.notes().stream().filter(note -> note.startsWith("dead")).toList());
    }

    @Test
    void shouldLetWaitersInBeforeThoseThatTellLater() {
        ActorOptions<Object> one = ActorOptions.<Object>defaults().bounded(1);
        int count = 300;
        ActorRef<Object> sink = system.spawn(() -> new Noting("sink"), one);
        var all = new ArrayList<CompletableFuture<Tell>>();
        for (int i = 0; i < count; i++) {
            all.add(sink.tellWhenRoom(i, LONG));
        }
        List<String> notes = probe.await(count + 1);
        for (int i = 0; i < count; i++) {
            assertEquals(Tell.ACCEPTED, get(all.get(i)));
            assertEquals("sink " + i, notes.get(i + 1));
        }
    }

    @Test
    void shouldNotHangWhenItTellsItselfWithAFullMailbox() {
        ActorRef<Integer> self =
                system.spawn(
                        () ->
                                (Integer i, ActorContext<Integer> context) -> {
                                    int full = 0;
                                    for (int k = 0; k < 5; k++) {
                                        full += context.self().tell(i - 1) == Tell.FULL ? 1 : 0;
                                    }
                                    if (i == 1) {
                                        probe.note("full " + (full > 0));
                                        context.stop();
                                    }
                                },
                        ActorOptions.<Integer>defaults().bounded(2));
        self.tell(50);
        assertTrue(probe.await(1).contains("full true"));
    }

    @Test
    void shouldNotHangWhenActorsInACircleHaveFullMailboxes() {
        int length = 5;
        var refs = new ArrayList<ActorRef<Integer>>();
        var handled = new AtomicInteger();
        var done = new CompletableFuture<Void>();
        for (int i = 0; i < length; i++) {
            int number = i;
            refs.add(
                    system.spawn(
                            () ->
                                    (Integer message, ActorContext<Integer> context) -> {
                                        if (handled.incrementAndGet() > 20_000) {
                                            done.complete(null);
                                            return;
                                        }
                                        var next = refs.get((number + 1) % length);
                                        // Each wants to send two for one; FULL sheds the rest.
                                        next.tell(message);
                                        next.tell(message + 1);
                                    },
                            ActorOptions.<Integer>defaults().bounded(3)));
        }
        refs.get(0).tell(0);
        probe.end(done);
    }

    // -------------------------------------------------------------------- ask

    @Test
    void shouldAnswerNowOrLaterOrInAnothersName() {
        ActorRef<Add> adder = system.spawn(() -> (m, context) -> context.reply(m, m.value() + 1));
        ActorRef<Add> later =
                system.spawn(
                        () ->
                                (m, context) -> {
                                    ReplyTo<Integer> to = context.replyTo(m);
                                    CompletableFuture<Integer> sum =
                                            context.ask(adder, new Add(m.value() * 10), LONG);
                                    sum.thenAccept(to::reply);
                                });
        ActorRef<Add> forwarding =
                system.spawn(() -> (m, context) -> context.forward(later, new Add(m.value() + 5)));
        assertEquals(4, get(system.ask(adder, new Add(3), LONG)));
        assertEquals(31, get(system.ask(later, new Add(3), LONG)));
        assertEquals(81, get(system.ask(forwarding, new Add(3), LONG)));
        // Told, not asked: the reply is nobody's.
        assertEquals(Tell.ACCEPTED, adder.tell(new Add(1)));
        assertEquals(2, get(system.ask(adder, new Add(1), LONG)));
    }

    @Test
    void shouldFailAnAskWithWhatTheActorThrew() {
        ActorRef<Add> thrower =
                system.spawn(
                        () ->
                                (_, _) -> {
                                    throw new IllegalStateException("no sums today");
                                },
                        "thrower",
                        ActorOptions.<Add>defaults().supervised(Supervision.resume()));
        var failed = failure(AskException.Failed.class, system.ask(thrower, new Add(1), LONG));
        assertEquals("no sums today", failed.getCause().getMessage());
        assertEquals("thrower", failed.actor());
        assertEquals(Add.class, failed.request());
        assertTrue(failed.mayHaveRun());
    }

    @Test
    void shouldFailAnAskThatNobodyCanAnswerAnyMore() {
        ActorRef<Add> silent = system.spawn(() -> (_, _) -> {}, "silent");
        var failed = failure(AskException.Unanswered.class, system.ask(silent, new Add(1), LONG));
        assertTrue(failed.mayHaveRun());
    }

    @Test
    void shouldFailAnAskAtItsDeadlineAndSayWhatTheActorDoes() {
        ActorRef<Add> keeping = system.spawn(() -> (m, c) -> c.replyTo(m), "keeping");
        ActorRef<Add> forwarding = system.spawn(() -> (m, c) -> c.forward(keeping, m), "passing");
        var failed =
                failure(AskException.Expired.class, system.ask(forwarding, new Add(1), ENOUGH));
        assertTrue(failed.mayHaveRun());
        assertEquals(
                "passing, asked with io.tharsis.actors.ActorContract$Add, did not answer within"
                        + " PT3S; keeping, to which it was forwarded, was idle, with 0 waiting"
                        + " in its mailbox",
                failed.getMessage());
    }

    @Test
    void shouldFailAnAskOfAStoppedActorAtOnce() {
        ActorRef<Object> held = suspended("held", ActorOptions.defaults());
        CompletableFuture<Integer> waiting = askRaw(held, new Add(1));
        assertFalse(waiting.isDone());
        held.stop();
        system.close(LONG);
        var left = failure(AskException.DidNotRun.class, waiting);
        assertFalse(left.mayHaveRun());
        var after = failure(AskException.DidNotRun.class, askRaw(held, new Add(2)));
        assertFalse(after.mayHaveRun());
        assertTrue(probe.notes().contains("dead Add[value=2]"));
    }

    @Test
    void shouldRefuseAReplyToWhatIsNotHandled() {
        var request = new Add(1);
        ActorRef<Add> wrong =
                system.spawn(() -> (_, context) -> context.reply(new Add(5), 1), "wrong");
        var failed = failure(AskException.Failed.class, system.ask(wrong, request, LONG));
        assertInstanceOf(IllegalArgumentException.class, failed.getCause());
    }

    // ------------------------------------------------------------ supervision

    @Test
    void shouldStopWhenItFails() {
        ActorRef<Object> actor = noting("a", Supervision.stop());
        ActorRef<Object> watcher = watcherOf(actor);
        actor.tell("one");
        actor.tell(new Fail("bug"));
        actor.tell("two");
        List<String> notes = probe.await(6);
        assertOrder(notes, "a started", "a one", "a stopped", "w heard of a by bug");
        assertOrder(notes, "a one", "dead two");
        assertTrue(actor.isStopped());
        assertFalse(watcher.isStopped());
    }

    @Test
    void shouldResumeWithTheStateItHas() {
        ActorRef<Object> actor = noting("a", Supervision.resume());
        for (Object message : List.of("one", new Fail("bug"), "two")) {
            actor.tell(message);
        }
        assertEquals(List.of("a started", "a one", "a two"), probe.await(3));
        assertEquals(1, system.stats().failures());
    }

    @Test
    void shouldRestartAndStopWhenItWasTooOften() {
        ActorRef<Object> actor = noting("a", Supervision.restart(2, Duration.ofHours(1)));
        watcherOf(actor);
        for (int i = 1; i <= 4; i++) {
            actor.tell(new Fail("bug " + i));
            actor.tell("after " + i);
        }
        List<String> notes = new ArrayList<>(probe.await(13));
        notes.removeIf(note -> note.startsWith("dead") || note.startsWith("w "));
        assertEquals(
                List.of(
                        "a started",
                        "a restarting by bug 1",
                        "a started",
                        "a after 1",
                        "a restarting by bug 2",
                        "a started",
                        "a after 2",
                        "a stopped"),
                notes);
        assertTrue(probe.notes().contains("w heard of a by bug 3"));
        assertTrue(probe.notes().contains("dead after 3"));
        assertEquals(2, system.stats().restarts());
    }

    @Test
    void shouldStopAndNotRestartWhenItHadAskedToStopBeforeItFailed() {
        for (Supervision kind :
                List.of(Supervision.restart(9, Duration.ofHours(1)), Supervision.resume())) {
            ActorRef<Object> actor =
                    system.spawn(
                            () ->
                                    (_, context) -> {
                                        context.stop();
                                        throw new IllegalStateException("bug");
                                    },
                            "a",
                            ActorOptions.<Object>defaults().supervised(kind));
            int before = probe.notes().size();
            watcherOf(actor);
            actor.tell("go");
            assertTrue(
                    probe.await(before + 2).contains("w heard of a by bug"),
                    () -> probe.notes().toString());
        }
    }

    @Test
    void shouldStopChildrenBeforeANewInstanceStarts() {
        var child = new AtomicReference<ActorRef<Object>>();
        ActorRef<Object> parent =
                system.spawn(
                        () ->
                                new Noting("parent") {
                                    @Override
                                    public void started(ActorContext<Object> context)
                                            throws Exception {
                                        super.started(context);
                                        Supplier<Noting> factory = () -> new Noting("child");
                                        child.set(context.spawn(factory, "child"));
                                    }
                                },
                        "parent",
                        ActorOptions.<Object>defaults()
                                .supervised(Supervision.restart(5, Duration.ofHours(1))));
        probe.await(2);
        ActorRef<Object> before = child.get();
        assertEquals("parent/child", before.name());
        parent.tell(new Fail("bug"));
        assertEquals(
                List.of(
                        "parent started",
                        "child started",
                        "parent restarting by bug",
                        "child stopped",
                        "parent started",
                        "child started"),
                probe.await(6));
        assertTrue(before.isStopped());
        assertSame(child.get(), system.lookup("parent/child").orElseThrow());
        parent.stop();
        assertEquals(List.of("child stopped", "parent stopped"), probe.await(8).subList(6, 8));
    }

    @Test
    void shouldEscalateToTheParent() {
        var child = new AtomicReference<ActorRef<Object>>();
        ActorRef<Object> parent =
                system.spawn(
                        () ->
                                new Noting("parent") {
                                    @Override
                                    public void started(ActorContext<Object> context) {
                                        child.set(
                                                context.spawn(
                                                        () -> new Noting("child"),
                                                        ActorOptions.<Object>defaults()
                                                                .supervised(
                                                                        Supervision.escalate())));
                                    }
                                },
                        "parent");
        watcherOf(parent);
        probe.await(2);
        child.get().tell(new Fail("deep"));
        List<String> notes = probe.await(5);
        assertOrder(notes, "child stopped", "parent stopped", "w heard of parent by deep");
    }

    @Test
    void shouldDecideByTheFailure() {
        ActorRef<Object> actor =
                noting(
                        "a",
                        Supervision.deciding(
                                failure ->
                                        failure.getMessage().startsWith("small")
                                                ? Supervision.resume()
                                                : Supervision.stop()));
        actor.tell(new Fail("small"));
        actor.tell("on");
        actor.tell(new Fail("large"));
        assertEquals(List.of("a started", "a on", "a stopped"), probe.await(3));
    }

    @Test
    void shouldSuperviseAFactoryOrStartThatFails() {
        var tries = new AtomicInteger();
        ActorOptions<Object> restarting =
                ActorOptions.<Object>defaults()
                        .supervised(
                                Supervision.restart(9, Duration.ofHours(1))
                                        .backingOff(Duration.ofMillis(1), Duration.ofMillis(4)));
        ActorRef<Object> actor =
                system.spawn(
                        () -> {
                            if (tries.incrementAndGet() < 5) {
                                throw new IllegalStateException("not yet");
                            }
                            return new Noting("a");
                        },
                        restarting);
        actor.tell("kept");
        assertEquals(List.of("a started", "a kept"), probe.await(2));
        assertEquals(5, tries.get());
        ActorRef<Object> never =
                system.spawn(
                        () -> {
                            throw new IllegalStateException("never");
                        },
                        "never",
                        restarting);
        watcherOf(never);
        assertTrue(probe.await(4).contains("w heard of never by never"));
    }

    @Test
    void shouldKeepMessagesAndAnswerCommandsWhileItWaitsForItsRestart() {
        ActorRef<Object> actor =
                noting(
                        "a",
                        Supervision.restart(3, Duration.ofHours(1))
                                .backingOff(Duration.ofMillis(50), Duration.ofSeconds(1)));
        actor.tell(new Fail("bug"));
        for (int i = 0; i < 500; i++) {
            actor.tell(i);
        }
        List<String> notes = probe.await(503);
        for (int i = 0; i < 500; i++) {
            assertEquals("a " + i, notes.get(3 + i));
        }
    }

    // ------------------------------------------------------- watching and end

    ActorRef<Object> watcherOf(ActorRef<?> actor) {
        return system.spawn(
                () ->
                        new Noting("w") {
                            @Override
                            public void started(ActorContext<Object> context) {
                                context.watch(actor);
                                probe.note("w watches");
                            }
                        });
    }

    @Test
    void shouldHearOfADeathThatIsPast() {
        ActorRef<Object> actor = noting("a", Supervision.stop());
        actor.stop();
        probe.await(2);
        watcherOf(actor);
        assertEquals("w heard of a", probe.await(4).get(3));
    }

    @Test
    void shouldHearOfADeathAfterTheMessagesOfTheDead() {
        ActorRef<Object> watcher =
                system.spawn(
                        () ->
                                new Noting("w") {
                                    @Override
                                    public void started(ActorContext<Object> context) {
                                        ActorRef<Object> dying =
                                                context.spawn(
                                                        () ->
                                                                (_, inner) -> {
                                                                    for (int i = 0; i < 50; i++) {
                                                                        context.self().tell(i);
                                                                    }
                                                                    inner.stop();
                                                                },
                                                        "d");
                                        context.watch(dying);
                                        dying.tell("go");
                                    }
                                },
                        "w");
        List<String> notes = probe.await(51);
        assertEquals("w heard of w/d", notes.get(50));
        assertFalse(watcher.isStopped());
    }

    @Test
    void shouldNotHearOfWhomItWatchesNoLonger() {
        ActorRef<Object> first = noting("a", Supervision.stop());
        ActorRef<Object> second = noting("b", Supervision.stop());
        ActorRef<Object> watcher =
                system.spawn(
                        () ->
                                new Noting("w") {
                                    @Override
                                    public void started(ActorContext<Object> context) {
                                        context.watch(first);
                                        context.watch(second);
                                        context.unwatch(first);
                                        probe.note("w watches");
                                    }
                                });
        probe.await(3);
        first.stop();
        probe.await(4);
        second.stop();
        List<String> notes = probe.await(6);
        assertTrue(notes.contains("w heard of b"), notes::toString);
        assertFalse(notes.contains("w heard of a"), notes::toString);
        assertFalse(watcher.isStopped());
    }

    @Test
    void shouldHandleWhatIsInTheMailboxBeforeAGracefulStop() {
        ActorRef<Object> actor = noting("a", Supervision.stop());
        for (int i = 0; i < 200; i++) {
            actor.tell(i);
        }
        actor.stop();
        actor.stop();
        List<String> notes = probe.await(202);
        assertEquals("a 199", notes.get(200));
        assertEquals("a stopped", notes.get(201));
        watcherOf(actor);
        probe.await(204);
        assertEquals(Tell.STOPPED, actor.tell("late"));
        assertEquals("dead late", probe.notes().getLast());
    }

    @Test
    void shouldStopAChildOnRequestAndNoOther() {
        ActorRef<Object> stranger = noting("stranger", Supervision.stop());
        probe.await(1);
        ActorRef<Object> parent =
                system.spawn(
                        () ->
                                new Noting("parent") {
                                    @Override
                                    public void started(ActorContext<Object> context) {
                                        ActorRef<Object> child =
                                                context.spawn(() -> new Noting("child"));
                                        context.watch(child);
                                        context.stop(child);
                                        assertThrows(
                                                IllegalArgumentException.class,
                                                () -> context.stop(stranger));
                                    }
                                },
                        "parent");
        List<String> notes = probe.await(4);
        assertOrder(notes, "child stopped");
        assertTrue(notes.getLast().startsWith("parent heard of parent/$"), notes::toString);
        assertFalse(parent.isStopped());
    }

    @Test
    void shouldFindActorsByNameWhileTheyLive() {
        ActorRef<Object> actor = noting("a", Supervision.stop());
        assertSame(actor, system.lookup("a").orElseThrow());
        assertThrows(IllegalArgumentException.class, () -> noting("a", Supervision.stop()));
        assertThrows(IllegalArgumentException.class, () -> noting("a/b", Supervision.stop()));
        watcherOf(actor);
        actor.stop();
        assertTrue(probe.await(4).contains("w heard of a"));
        assertTrue(system.lookup("a").isEmpty());
        noting("a", Supervision.stop());
    }

    // ------------------------------------------------------ timers and pipes

    @Test
    void shouldRingOnceAndAgainAndNotWhenCancelled() {
        system.spawn(
                () ->
                        new Noting("a") {
                            private int ticks;

                            @Override
                            public void started(ActorContext<Object> context) {
                                context.once(Duration.ofMillis(5), "once");
                                context.once("key", Duration.ofMillis(1), "replaced");
                                context.once("key", Duration.ofMillis(6), "kept");
                                context.once("gone", Duration.ofMillis(1), "cancelled");
                                context.every("tick", Duration.ofMillis(2), "tick");
                                assertTrue(context.cancelTimer("gone"));
                                assertFalse(context.cancelTimer("gone"));
                                assertThrows(
                                        IllegalArgumentException.class,
                                        () -> context.every("no", Duration.ZERO, "no"));
                            }

                            @Override
                            public void receive(Object message, ActorContext<Object> context)
                                    throws Exception {
                                super.receive(message, context);
                                if (message.equals("tick") && ++ticks == 10) {
                                    assertTrue(context.cancelTimer("tick"));
                                    context.once(Duration.ofMillis(20), "end");
                                }
                            }
                        });
        List<String> notes = probe.await(13);
        assertEquals(10, notes.stream().filter("a tick"::equals).count(), notes::toString);
        assertTrue(notes.contains("a once") && notes.contains("a kept"), notes::toString);
        assertEquals("a end", notes.getLast());
    }

    @Test
    void shouldPutTimersPastAFullMailboxAndEndThemWithARestart() {
        ActorRef<Object> actor =
                system.spawn(
                        () ->
                                new Noting("a") {
                                    @Override
                                    public void receive(
                                            Object message, ActorContext<Object> context)
                                            throws Exception {
                                        if (message.equals("start")) {
                                            context.every("k", Duration.ofMillis(1), "tick");
                                            context.self().tell("fill");
                                        } else if (message.equals("tick")) {
                                            throw new IllegalStateException("by tick");
                                        }
                                    }
                                },
                        ActorOptions.<Object>defaults()
                                .bounded(1)
                                .supervised(Supervision.restart(1, Duration.ofHours(1))));
        actor.tell("start");
        probe.await(3);
        dispatcherAdvances(Duration.ofSeconds(1));
        assertEquals(List.of("a started", "a restarting by by tick", "a started"), probe.notes());
    }

    @Test
    void shouldBringTheEndOfAFutureIntoItsOwnTurn() {
        var good = new CompletableFuture<Integer>();
        var bad = new CompletableFuture<Integer>();
        ActorRef<Object> actor =
                system.spawn(
                        () ->
                                new Noting("a") {
                                    @Override
                                    public void started(ActorContext<Object> context) {
                                        context.pipeToSelf(
                                                good.thenApply(x -> x + 1), (v, _) -> "got " + v);
                                        context.pipeToSelf(
                                                bad.thenApply(x -> x + 1),
                                                (_, failure) -> "not " + failure.getMessage());
                                        probe.note("piped");
                                    }
                                });
        probe.await(1);
        good.complete(4);
        bad.completeExceptionally(new IllegalStateException("bad"));
        assertEquals(List.of("piped", "a got 5", "a not bad"), probe.await(3));
        assertFalse(actor.isStopped());
    }

    @Test
    void shouldRefuseTheContextOutsideOfTheActor() {
        var leaked = new AtomicReference<ActorContext<Object>>();
        ActorRef<Object> actor =
                system.spawn(
                        () ->
                                (_, context) -> {
                                    leaked.set(context);
                                    probe.note("leaked");
                                });
        actor.tell("go");
        probe.await(1);
        // Its turn may not quite have ended; a second message sees to it.
        ActorContext<Object> context = leaked.get();
        assertThrows(IllegalStateException.class, context::stop);
        assertThrows(IllegalStateException.class, () -> context.watch(actor));
        assertSame(actor, context.self());
    }

    // ------------------------------------------------------------------ close

    @Test
    void shouldStopAllAndTurnMailboxesIntoDeadLettersWhenClosed() {
        ActorRef<Object> held = suspended("held", ActorOptions.defaults());
        held.tell("left");
        CompletableFuture<Integer> asked = askRaw(held, new Add(1));
        assertEquals(List.of(), system.close(LONG));
        assertTrue(held.isStopped());
        failure(AskException.DidNotRun.class, asked);
        assertTrue(probe.notes().contains("dead left"));
        assertThrows(IllegalStateException.class, () -> noting("b", Supervision.stop()));
        assertEquals(Tell.STOPPED, held.tell("late"));
    }

    @Test
    void shouldRefuseToBeClosedByAnActor() {
        ActorRef<Object> closer =
                system.spawn(
                        () ->
                                (_, _) -> {
                                    assertThrows(IllegalStateException.class, system::close);
                                    probe.note("refused");
                                });
        closer.tell("go");
        probe.await(1);
    }

    @Test
    void shouldSurviveSubscribersThatFail() {
        system.onDeadLetter(
                _ -> {
                    throw new IllegalStateException("subscriber");
                });
        ActorRef<Object> actor = noting("a", Supervision.stop());
        system.onDeadLetter(actor::tell);
        actor.stop();
        probe.await(2);
        watcherOf(actor);
        probe.await(4);
        assertEquals(Tell.STOPPED, actor.tell("x"));
        assertEquals("dead x", probe.notes().get(4));
    }

    /** Each of {@code parts} is there, in this order. */
    static void assertOrder(List<String> notes, String... parts) {
        int at = -1;
        for (String part : parts) {
            int found = notes.indexOf(part);
            assertTrue(found > at, part + " is not after " + at + " in " + notes);
            at = found;
        }
    }
}
