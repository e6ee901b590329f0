package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.actors.RemoteWorld.Give;
import io.tharsis.actors.RemoteWorld.Note;
import io.tharsis.actors.RemoteWorld.Pass;
import io.tharsis.actors.RemoteWorld.Process;
import io.tharsis.actors.RemoteWorld.Stranger;
import io.tharsis.actors.codec.NotTransferableException;
import io.tharsis.transport.Address;
import io.tharsis.transport.Loss;
import io.tharsis.transport.simulated.Faults;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What actors of several processes promise each other, one promise at a time. */
@Timeout(120)
final class RemoteTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final RemoteWorld world = new RemoteWorld(Seeds.of("RemoteTest"));
    private final Process a = world.start("a");
    private final Process b = world.start("b");

    @AfterEach
    void nothingWasThrown() {
        world.checkNothingThrown();
    }

    private static ActorOptions<Object> room(int capacity) {
        return ActorOptions.<Object>defaults().bounded(capacity);
    }

    private ActorRef<Object> giver() {
        b.spawn("giver", RemoteWorld::give);
        return a.find(b, "giver");
    }

    private CompletableFuture<Object> ask(ActorRef<Object> to, String what) {
        return a.system.ask(to, new Give(what), SECOND);
    }

    private Throwable failure(ActorRef<Object> to, String what) {
        return world.failure(ask(to, what));
    }

    /** An actor of b that fails at its first message, and keeps the others in its mailbox. */
    private void stuck(String name, int capacity) {
        Duration day = Duration.ofDays(1);
        b.spawn(
                name,
                room(capacity).supervised(Supervision.restart(9, day).backingOff(day, day)),
                (_, _) -> {
                    throw new IllegalStateException("stuck");
                });
    }

    /** Nothing is remembered of what is over. */
    private void checkEmpty(Process... processes) {
        world.settle();
        for (Process each : processes) {
            assertEquals("", each.held(), () -> "held by " + each.address);
        }
    }

    @Test
    void aSystemThatCannotBeBuiltShouldCloseItsTransport() {
        var transport = world.transport(new Address("c", 1));
        var builder = ActorSystem.builder("c").dispatcher(world.dispatcher).transport(transport);
        builder.messages(Thread.class);
        assertThrows(NotTransferableException.class, builder::build);
        assertThrows(IllegalStateException.class, () -> transport.link(a.address));
    }

    // ------------------------------------------------------------------------ tell

    @Test
    void tellsShouldArriveInOrder() {
        world.network.faults(Faults.some());
        List<Long> got = new ArrayList<>();
        b.spawn("sink", (message, _) -> got.add(((Note) message).number()));
        ActorRef<Object> sink = a.find(b, "sink");
        for (long i = 0; i < 3000; i++) {
            assertEquals(Tell.ACCEPTED, sink.tell(new Note(i)));
        }
        world.until(() -> got.size() == 3000, "3000 messages");
        assertEquals(LongStream.range(0, 3000).boxed().toList(), got);
        sink.stop();
        checkEmpty(a, b);
    }

    @Test
    void aFullMailboxShouldBeADeadLetterThereAndStallNobody() {
        List<Long> got = new ArrayList<>();
        stuck("full", 4);
        b.spawn("other", (message, _) -> got.add(((Note) message).number()));
        ActorRef<Object> full = a.find(b, "full");
        ActorRef<Object> other = a.find(b, "other");
        for (long i = 0; i < 100; i++) {
            assertEquals(Tell.ACCEPTED, full.tell(new Note(i)));
            other.tell(new Note(i));
        }
        world.until(() -> got.size() == 100, "messages of the other one");
        world.settle();
        // One may have been taken out before the others came.
        assertTrue(b.dead.size() == 95 || b.dead.size() == 96, () -> "" + b.dead.size());
        b.dead.forEach(letter -> assertTrue(letter.reason().contains("full is full")));
        assertEquals(List.of(), a.dead);
    }

    @Test
    void aFullQueueShouldBeFullAndItsEndsKnown() {
        ActorRef<Object> giver = giver();
        world.network.partition(Set.of(a.address), Set.of(b.address));
        Tell tell = Tell.ACCEPTED;
        int told = 0;
        for (; tell == Tell.ACCEPTED && told < 100_000; told++) {
            tell = giver.tell(new Note(told));
        }
        assertEquals(Tell.FULL, tell);
        assertTrue(told > 8000, () -> "full at once");
        Throwable refused = failure(giver, "int");
        assertInstanceOf(AskException.DidNotRun.class, refused);
        assertTrue(refused.getMessage().contains("queue to b:1 is full"), refused::getMessage);
        CompletableFuture<Tell> waits = giver.tellWhenRoom(new Note(-1), SECOND);
        assertInstanceOf(PeerLostException.class, world.failure(waits));
        world.settle();
        assertEquals(8192, a.dead.size(), "what was queued");
        world.network.heal();
        assertEquals(1, world.end(ask(giver, "int")).join());
        b.system.lookup("giver").orElseThrow().stop();
        checkEmpty(a, b);
    }

    @Test
    void whatCannotTravelShouldBeRefusedAtTheCallersLine() {
        ActorRef<Object> giver = giver();
        assertThrows(NotTransferableException.class, () -> giver.tell(new Stranger(1)));
        assertThrows(
                NotTransferableException.class, () -> a.system.ask(giver, new Stranger(1), SECOND));
        assertInstanceOf(
                NotTransferableException.class,
                world.failure(giver.tellWhenRoom(new Stranger(1), SECOND)));
        assertThrows(
                RuntimeException.class,
                () -> a.system.spawnAt(b.address, "f", new Stranger(1), null, SECOND));
        assertThrows(NullPointerException.class, () -> giver.tell(null));
        assertThrows(RuntimeException.class, () -> giver.tell(new byte[1 << 20]));
        assertEquals(1, world.end(ask(giver, "int")).join());
        giver.stop();
        checkEmpty(a, b);
    }

    // ------------------------------------------------------------------------- ask

    @Test
    void answersOfEveryKindShouldCome() {
        ActorRef<Object> giver = giver();
        RemoteWorld.ANSWERS.forEach(
                (what, answer) -> assertEquals(answer, world.end(ask(giver, what)).join()));
        assertNull(world.end(ask(giver, "null")).join());
        Object self = world.end(ask(giver, "self")).join();
        assertEquals(giver, self);
        giver.stop();
        checkEmpty(a, b);
    }

    @Test
    void everyFailureOfAnAskShouldHaveItsType() {
        ActorRef<Object> giver = giver();
        Throwable failed = failure(giver, "stranger");
        assertInstanceOf(AskException.Failed.class, failed);
        assertTrue(failed.getMessage().contains("Stranger"), failed::getMessage);
        assertTrue(failed.getMessage().contains("cannot travel"), failed::getMessage);
        assertInstanceOf(AskException.Failed.class, failure(giver, "large"));
        assertInstanceOf(AskException.Unanswered.class, failure(giver, "nothing"));
        Throwable expired = failure(giver, "never");
        assertInstanceOf(AskException.Expired.class, expired);
        assertTrue(expired.getMessage().contains("did not answer within PT1S"));
        Throwable thrown = failure(giver, "fail");
        assertInstanceOf(AskException.Failed.class, thrown);
        assertInstanceOf(RemoteFailure.class, thrown.getCause());
        assertEquals("java.lang.IllegalStateException: as told", thrown.getCause().getMessage());
        world.settle();
        Throwable gone = failure(giver, "int");
        assertInstanceOf(AskException.DidNotRun.class, gone);
        assertTrue(gone.getMessage().contains("the actor is gone"), gone::getMessage);
        checkEmpty(a, b);
    }

    @Test
    void anAskOfAFullOrStoppingActorShouldSayThatItDidNotRun() {
        var slow = b.spawn("slow", room(1), RemoteWorld::give);
        ActorRef<Object> remote = a.find(b, "slow");
        List<CompletableFuture<Object>> asked =
                IntStream.range(0, 20).mapToObj(_ -> ask(remote, "int")).toList();
        asked.forEach(world::end);
        List<Throwable> refused =
                asked.stream()
                        .filter(CompletableFuture::isCompletedExceptionally)
                        .map(CompletableFuture::exceptionNow)
                        .toList();
        assertFalse(refused.isEmpty());
        for (Throwable each : refused) {
            assertInstanceOf(AskException.DidNotRun.class, each);
            assertTrue(each.getMessage().contains("the mailbox of slow is full"));
            assertEquals(1, each.getMessage().split("did not run", -1).length - 1);
        }
        slow.stop();
        checkEmpty(a, b);
    }

    @Test
    void whatIsNotKnownThereShouldNotRun() {
        Process c = world.start("c", builder -> builder.messages(Stranger.class));
        giver();
        ActorRef<Object> giver = c.find(b, "giver");
        Throwable failure = world.failure(c.system.ask(giver, new Stranger(1), SECOND));
        assertInstanceOf(AskException.DidNotRun.class, failure);
        assertTrue(failure.getMessage().contains("Stranger"), failure::getMessage);
        assertTrue(failure.getMessage().contains("not registered here"), failure::getMessage);
        assertTrue(failure.getMessage().contains("b:1"), failure::getMessage);
        giver.tell(new Stranger(2));
        Throwable told = world.failure(giver.tellWhenRoom(new Stranger(3), SECOND));
        assertInstanceOf(RemoteFailure.class, told);
        world.settle();
        assertEquals(3, b.dead.size());
    }

    @Test
    void aForwardedAskShouldBeAnsweredFromAnywhere() {
        Process c = world.start("c");
        c.spawn("last", RemoteWorld::give);
        a.spawn("home", RemoteWorld::give);
        ActorRef<Object> last = b.find(c, "last");
        ActorRef<Object> home = b.find(a, "home");
        var gone = c.spawn("gone", (_, _) -> {});
        ActorRef<Object> remoteGone = b.find(c, "gone");
        gone.stop();
        world.settle();
        b.spawn(
                "middle",
                (message, context) -> {
                    String what = ((Give) message).what();
                    String rest = what.substring(what.indexOf(' ') + 1);
                    switch (what.split(" ")[0]) {
                        case "last" -> context.forward(last, new Give(rest));
                        case "home" -> context.forward(home, new Give(rest));
                        case "gone" -> context.forward(remoteGone, new Give(rest));
                        default -> context.forward(last, new Stranger(1));
                    }
                });
        ActorRef<Object> middle = a.find(b, "middle");
        assertEquals(1, world.end(ask(middle, "last int")).join());
        assertEquals(1, world.end(ask(middle, "home int")).join());
        assertNull(world.end(ask(middle, "home null")).join());
        assertSame(
                a.system.lookup("home").orElseThrow(), world.end(ask(middle, "home self")).join());
        Throwable failed = failure(middle, "last fail");
        assertInstanceOf(AskException.Failed.class, failed);
        assertEquals("java.lang.IllegalStateException: as told", failed.getCause().getMessage());
        assertInstanceOf(AskException.Unanswered.class, failure(middle, "home nothing"));
        assertInstanceOf(AskException.Expired.class, failure(middle, "home never"));
        Throwable vain = failure(middle, "gone int");
        assertInstanceOf(AskException.Dropped.class, vain);
        assertTrue(vain.getMessage().contains("the actor is gone"), vain::getMessage);
        world.network.crash(c.address);
        Throwable lost =
                world.failure(a.system.ask(middle, new Give("last never"), RemoteWorld.LIMIT));
        assertInstanceOf(AskException.Dropped.class, lost);
        // What cannot travel is the actor's failure, and the asker's at once.
        Throwable refused = failure(middle, "other");
        assertInstanceOf(AskException.Failed.class, refused);
        assertTrue(refused.getMessage().contains("cannot travel"), refused::getMessage);
        checkEmpty(b);
    }

    @Test
    void whoHangsOnAnAskShouldNotBeOnTheTransportsThread() {
        ActorRef<Object> giver = giver();
        List<Boolean> inNode = new ArrayList<>();
        var inPoll = new boolean[1];
        world.network.register(
                a.address,
                () -> {
                    inPoll[0] = true;
                    try {
                        return a.tap.inner.doWork();
                    } finally {
                        inPoll[0] = false;
                    }
                });
        for (String what : List.of("int", "fail", "nothing", "stranger")) {
            ask(giver, what).whenComplete((_, _) -> inNode.add(inPoll[0]));
        }
        a.system.lookup(b.address, "x", SECOND).whenComplete((_, _) -> inNode.add(inPoll[0]));
        giver.tellWhenRoom(new Note(1), SECOND).whenComplete((_, _) -> inNode.add(inPoll[0]));
        b.spawn("stops", RemoteWorld::give);
        ActorRef<Object> stops = a.find(b, "stops");
        a.system.whenStopped(stops).whenComplete((_, _) -> inNode.add(inPoll[0]));
        a.system.whenStopped(giver).whenComplete((_, _) -> inNode.add(inPoll[0]));
        world.settle();
        stops.stop();
        world.until(() -> inNode.size() == 7, "the ends of those that live");
        b.crash();
        ask(giver, "int").whenComplete((_, _) -> inNode.add(inPoll[0]));
        world.until(() -> inNode.size() == 9, "the ends");
        assertFalse(inNode.contains(true));
    }

    // ------------------------------------------------------------------ references

    @Test
    void aReferenceThatComesHomeShouldBeTheSame() {
        ActorRef<Object> mine = a.spawn("mine", (_, _) -> {});
        List<ActorRef<?>> there = new ArrayList<>();
        b.spawn(
                "echo",
                (message, context) -> {
                    var pass = (Pass) message;
                    there.add(pass.ref());
                    context.reply(pass, pass.ref());
                });
        ActorRef<Object> echo = a.find(b, "echo");
        assertSame(mine, world.end(a.system.ask(echo, new Pass("", mine), SECOND)).join());
        assertEquals("mine@a:1", there.getFirst().name());
        Object back = world.end(a.system.ask(echo, new Pass("", echo), SECOND)).join();
        assertEquals(echo, back);
        assertSame(b.system.lookup("echo").orElseThrow(), there.getLast());
        // When it is gone it is no longer the same, but equal, and known to be gone.
        var asked = a.system.ask(echo, new Pass("", mine), SECOND);
        mine.stop();
        world.dispatcher.runUntilIdle();
        var gone = (ActorRef<?>) world.end(asked).join();
        assertEquals(mine, gone);
        assertEquals(gone, mine);
        assertEquals(mine.hashCode(), gone.hashCode());
        assertTrue(gone.isStopped());
        @SuppressWarnings("unchecked")
        var typed = (ActorRef<Object>) gone;
        assertEquals(Tell.STOPPED, typed.tell(new Note(1)));
        assertEquals(Tell.STOPPED, world.end(typed.tellWhenRoom(new Note(1), SECOND)).join());
        assertInstanceOf(AskException.DidNotRun.class, failure(typed, "int"));
        echo.stop();
        checkEmpty(a, b);
    }

    @Test
    void aReferenceOfAThirdProcessShouldWorkWhereverItIsSent() {
        Process c = world.start("c");
        giver();
        ActorRef<Object> giver = a.find(b, "giver");
        List<Object> answers = new ArrayList<>();
        c.spawn(
                "user",
                (message, context) -> {
                    if (message instanceof Pass pass) {
                        context.pipeToSelf(
                                context.ask(pass.ref(), new Give("text"), SECOND),
                                (answer, _) -> answer);
                    } else {
                        answers.add(message);
                    }
                });
        a.find(c, "user").tell(new Pass("", giver));
        world.until(() -> !answers.isEmpty(), "an answer");
        assertEquals(RemoteWorld.ANSWERS.get("text"), answers.getFirst());
    }

    @Test
    void aReferenceOfASystemWithoutEndpointShouldBeRefused() {
        ActorRef<Object> giver = giver();
        ActorSystem alone =
                ActorSystem.builder("alone").dispatcher(new SimulatedDispatcher(1)).build();
        ActorRef<Object> ref = alone.spawn(() -> (_, _) -> {}, "x");
        RuntimeException refused =
                assertThrows(RuntimeException.class, () -> giver.tell(new Pass("", ref)));
        assertTrue(refused.getMessage().contains("alone is on no endpoint"), refused::getMessage);
        assertThrows(IllegalStateException.class, () -> alone.lookup(b.address, "giver", SECOND));
    }

    @Test
    void aReferenceFromAnEarlierLifeShouldReachNobody() {
        List<Object> got = new ArrayList<>();
        ActorRef<Object> mine = a.spawn("mine", (_, _) -> {});
        List<ActorRef<Object>> kept = keeper();
        a.find(b, "keeper").tell(new Pass("", mine));
        ActorRef<Object> old = a.find(b, "keeper");
        world.until(() -> !kept.isEmpty(), "the reference");
        b.crash();
        Process again = world.start("b");
        again.spawn("keeper", (message, _) -> got.add(message));
        old.tell(new Note(1));
        // The number is that of the new keeper, too.
        world.settle();
        assertEquals(List.of(), got);
        // Now that others know the new keeper by the same number.
        assertNotEquals(old, a.find(again, "keeper"));
        old.tell(new Note(2));
        world.settle();
        assertEquals(List.of(), got);
        assertInstanceOf(AskException.DidNotRun.class, failure(old, "int"));
        // Of this process's own earlier life.
        ActorRef<Object> third = world.start("c").find(again, "keeper");
        a.crash();
        Process aAgain = world.start("a");
        ActorRef<Object> fromBefore =
                new RemoteRef<>(aAgain.system.remoting(), aAgain.address, 1, 1, "mine");
        assertEquals(Tell.STOPPED, fromBefore.tell(new Note(1)));
        assertTrue(fromBefore.isStopped());
        third.tell(new Note(3));
        world.until(() -> got.size() == 1, "what was meant for it");
    }

    private List<ActorRef<Object>> keeper() {
        List<ActorRef<Object>> kept = new ArrayList<>();
        b.spawn(
                "keeper",
                (message, _) -> {
                    if (message instanceof Pass pass) {
                        kept.add(pass.ref());
                    }
                });
        return kept;
    }

    // -------------------------------------------------------------- spawn and lookup

    @Test
    void onlyRegisteredFactoriesShouldSpawn() {
        Process c =
                world.start(
                        "c",
                        builder ->
                                builder.factory(
                                                "counter",
                                                Note.class,
                                                note ->
                                                        (message, context) ->
                                                                context.reply(
                                                                        (Give) message,
                                                                        note.number()))
                                        .factory(
                                                "broken",
                                                Note.class,
                                                note -> {
                                                    throw new IllegalStateException(note.text());
                                                }));
        var spawned = a.system.<Object>spawnAt(c.address, "counter", new Note(7), "seven", SECOND);
        ActorRef<Object> seven = world.end(spawned).join();
        assertEquals("seven@c:1", seven.name());
        assertEquals(7L, world.end(ask(seven, "number")).join());
        assertEquals(seven, a.find(c, "seven"));
        assertRefused(c, "counter", new Note(8), "seven", "the name seven is taken");
        assertRefused(c, "counter", new Note(8), "a/b", "no name for an actor");
        assertRefused(c, "counter", new Give("x"), null, "takes a " + Note.class.getName());
        assertRefused(c, "none", new Note(8), null, "counter");
        assertRefused(c, "none", new Note(8), null, "broken");
        var broken =
                a.system.<Object>spawnAt(c.address, "broken", new Note("why", 1), null, SECOND);
        List<String> heard = new ArrayList<>();
        ActorRef<Object> watcher = a.system.spawn(() -> new RemoteWorld.Watching(heard));
        watcher.tell(world.end(broken).join());
        world.until(() -> !heard.isEmpty(), "its end");
        // It may have ended, and been forgotten, before anybody watched it.
        assertTrue(heard.getFirst().matches(".*@c:1 (RemoteFailure .*why|null)"), heard::toString);
        // At home without a detour.
        var home = c.system.<Object>spawnAt(c.address, "counter", new Note(9), "nine", SECOND);
        assertSame(c.system.lookup("nine").orElseThrow(), home.join());
        assertTrue(c.system.lookup(c.address, "nine", SECOND).join().isPresent());
        assertTrue(
                c.system
                        .<Object>spawnAt(c.address, "none", null, null, SECOND)
                        .isCompletedExceptionally());
    }

    private void assertRefused(
            Process at, String factory, Object arguments, String name, String why) {
        Throwable failure =
                world.failure(a.system.spawnAt(at.address, factory, arguments, name, SECOND));
        assertInstanceOf(RemoteFailure.class, failure);
        assertTrue(failure.getMessage().contains(why), failure::getMessage);
    }

    @Test
    void whoIsNotThereShouldNotBeFound() {
        assertEquals(
                Optional.empty(), world.end(a.system.lookup(b.address, "nobody", SECOND)).join());
        b.crash();
        Throwable late = world.failure(a.system.lookup(b.address, "nobody", SECOND));
        assertInstanceOf(PeerLostException.class, late);
        Throwable lost = world.failure(a.system.lookup(b.address, "nobody", RemoteWorld.LIMIT));
        assertInstanceOf(PeerLostException.class, lost);
        checkEmpty(a);
        assertEquals(List.of(), a.tap.links(), "links to the dead");
    }

    // -------------------------------------------------------------------- watching

    @Test
    void watchersShouldHearOfEveryEndOnce() {
        for (String name : List.of("stops", "fails", "lives", "left", "gone")) {
            b.spawn(name, RemoteWorld::give);
        }
        List<List<String>> heard = List.of(new ArrayList<>(), new ArrayList<>());
        List<ActorRef<Object>> watchers =
                heard.stream()
                        .map(list -> a.system.<Object>spawn(() -> new RemoteWorld.Watching(list)))
                        .toList();
        ActorRef<Object> gone = a.find(b, "gone");
        gone.stop();
        world.settle();
        for (String name : List.of("stops", "fails", "lives", "left")) {
            watchers.forEach(watcher -> watcher.tell(a.find(b, name)));
            watchers.forEach(watcher -> watcher.tell(a.find(b, name)));
        }
        watchers.forEach(watcher -> watcher.tell(gone));
        ActorRef<Object> left = a.find(b, "left");
        watchers.getFirst().tell(Optional.of(left));
        world.settle();
        a.find(b, "stops").stop();
        a.find(b, "fails").tell(new Give("fail"));
        world.settle();
        left.stop();
        world.settle();
        b.crash();
        world.settle();
        assertEquals(
                List.of(
                        "gone@b:1 null",
                        "stops@b:1 null",
                        "fails@b:1 RemoteFailure java.lang.IllegalStateException: as told"),
                heard.get(0).subList(0, 3));
        assertEquals(4, heard.get(0).size());
        assertTrue(heard.get(0).get(3).startsWith("lives@b:1 PeerLostException"));
        assertEquals(5, heard.get(1).size(), () -> "with left: " + heard);
        checkEmpty(a);
    }

    @Test
    void watchersShouldHearOfARestartOfTheProcessAndCanWatchAgain() {
        b.spawn("x", RemoteWorld::give);
        List<String> heard = new ArrayList<>();
        ActorRef<Object> watcher = a.system.spawn(() -> new RemoteWorld.Watching(heard));
        watcher.tell(a.find(b, "x"));
        world.settle();
        b.crash();
        Process again = world.start("b");
        again.spawn("x", RemoteWorld::give);
        again.system.lookup(a.address, "nobody", RemoteWorld.LIMIT);
        world.until(() -> heard.size() == 1, "the news");
        ActorRef<Object> next = a.find(again, "x");
        watcher.tell(next);
        world.settle();
        assertEquals(1, heard.size());
        next.stop();
        world.until(() -> heard.size() == 2, "the end");
        world.settle();
        assertEquals(2, heard.size());
        checkEmpty(a, again);
    }

    @Test
    void unwatchingShouldNotSilenceAnother() {
        b.spawn("x", RemoteWorld::give);
        ActorRef<Object> x = a.find(b, "x");
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        ActorRef<Object> one = a.system.spawn(() -> new RemoteWorld.Watching(first));
        ActorRef<Object> two = a.system.spawn(() -> new RemoteWorld.Watching(second));
        for (int i = 0; i < 50; i++) {
            one.tell(x);
            two.tell(x);
            one.tell(Optional.of(x));
            two.tell(Optional.of(x));
        }
        two.tell(x);
        world.settle();
        x.stop();
        world.settle();
        assertEquals(List.of(), first);
        assertEquals(List.of("x@b:1 null"), second);
        checkEmpty(a, b);
    }

    @Test
    void whoStopsShouldWatchNoLonger() {
        b.spawn("x", RemoteWorld::give);
        ActorRef<Object> watcher =
                a.system.spawn(() -> new RemoteWorld.Watching(new ArrayList<>()));
        watcher.tell(a.find(b, "x"));
        world.settle();
        assertNotEquals("", a.held());
        watcher.stop();
        world.settle();
        assertEquals("", a.held());
        assertFalse(b.held().contains("watched"), b::held);
    }

    // ------------------------------------------------------------- waiting for room

    @Test
    void waitersShouldGetInInOrder() {
        List<Long> got = new ArrayList<>();
        b.spawn("small", room(1), (message, _) -> got.add(((Note) message).number()));
        ActorRef<Object> small = a.find(b, "small");
        List<CompletableFuture<Tell>> told =
                LongStream.range(0, 500)
                        .mapToObj(i -> small.tellWhenRoom(new Note(i), RemoteWorld.LIMIT))
                        .toList();
        assertEquals(Tell.FULL, small.tell(new Note(-1)), "overtakes nobody");
        told.forEach(each -> assertEquals(Tell.ACCEPTED, world.end(each).join()));
        world.until(() -> got.size() == 500, "all");
        assertEquals(LongStream.range(0, 500).boxed().toList(), got);
        small.stop();
        checkEmpty(a, b);
        assertEquals(Tell.STOPPED, world.end(small.tellWhenRoom(new Note(1), SECOND)).join());
        checkEmpty(a, b);
    }

    /** Does something when it is written, as another thread could meanwhile. */
    record Hooked(long number) {
        private static Runnable hook = () -> {};

        @Override
        public long number() {
            Runnable once = hook;
            hook = () -> {};
            once.run();
            return number;
        }
    }

    @Test
    void whatIsBeingSentShouldNotBeOvertaken() {
        UnaryOperator<ActorSystem.Builder> hooked = builder -> builder.messages(Hooked.class);
        Process c = world.start("c", hooked);
        Process d = world.start("d", hooked);
        List<Long> got = new ArrayList<>();
        d.spawn("sink", (message, _) -> got.add(((Hooked) message).number()));
        ActorRef<Object> sink = c.find(d, "sink");
        List<CompletableFuture<Tell>> waiting = new ArrayList<>();
        List<Tell> told = new ArrayList<>();
        Hooked.hook =
                () -> {
                    told.add(sink.tell(new Hooked(3)));
                    waiting.add(sink.tellWhenRoom(new Hooked(2), SECOND));
                };
        waiting.add(sink.tellWhenRoom(new Hooked(1), SECOND));
        waiting.forEach(each -> assertEquals(Tell.ACCEPTED, world.end(each).join()));
        assertEquals(List.of(Tell.FULL), told);
        world.until(() -> got.size() == 2, "both");
        assertEquals(List.of(1L, 2L), got);
        sink.stop();
        checkEmpty(c, d);
    }

    @Test
    void anAccessorThatThrowsShouldFailItsMessageAlone() {
        UnaryOperator<ActorSystem.Builder> hooked = builder -> builder.messages(Hooked.class);
        Process c = world.start("c", hooked);
        Process d = world.start("d", hooked);
        d.spawn("sink", (_, _) -> {});
        ActorRef<Object> sink = c.find(d, "sink");
        Hooked.hook =
                () -> {
                    throw new AssertionError("as told");
                };
        CompletableFuture<Tell> broken = sink.tellWhenRoom(new Hooked(1), SECOND);
        assertTrue(world.failure(broken) != null);
        assertEquals(Tell.ACCEPTED, world.end(sink.tellWhenRoom(new Hooked(2), SECOND)).join());
        sink.stop();
        checkEmpty(c, d);
    }

    @Test
    void waitersOfAFullMailboxShouldNotStallOthers() {
        stuck("full", 1);
        ActorRef<Object> full = a.find(b, "full");
        ActorRef<Object> giver = giver();
        full.tell(new Note(0));
        world.settle();
        full.tell(new Note(1));
        List<CompletableFuture<Tell>> told =
                LongStream.range(0, 200)
                        .mapToObj(i -> full.tellWhenRoom(new Note(i), Duration.ofSeconds(5)))
                        .toList();
        assertEquals(1, world.end(ask(giver, "int")).join());
        assertTrue(told.stream().noneMatch(CompletableFuture::isDone));
        told.forEach(each -> assertEquals(Tell.FULL, world.end(each).join()));
        CompletableFuture<Tell> last = full.tellWhenRoom(new Note(1), RemoteWorld.LIMIT);
        world.settle();
        full.stop();
        b.crash();
        assertInstanceOf(PeerLostException.class, world.failure(last));
        checkEmpty(a);
    }

    // -------------------------------------------------------------- losses and ends

    @Test
    void aCrashShouldFailWhatWasUnderWay() {
        ActorRef<Object> giver = giver();
        var sent = a.system.ask(giver, new Give("never"), RemoteWorld.LIMIT);
        world.settle();
        b.crash();
        Throwable lost = world.failure(sent);
        assertInstanceOf(AskException.Lost.class, lost);
        assertTrue(lost.getMessage().contains("SILENT"), lost::getMessage);
        var unsent = a.system.ask(giver, new Give("int"), RemoteWorld.LIMIT);
        giver.tell(new Note(1));
        assertInstanceOf(AskException.DidNotRun.class, world.failure(unsent));
        assertEquals(2, a.dead.size());
        assertTrue(a.dead.getFirst().reason().contains("UNREACHABLE"), a.dead::toString);
        checkEmpty(a);
        assertEquals(List.of(), a.tap.links());
    }

    @Test
    void whoHasBeenGoneForLongShouldBeForgotten() {
        ActorRef<Object> giver = giver();
        b.crash();
        assertInstanceOf(AskException.class, failure(giver, "never"));
        world.network.advance(Duration.ofMinutes(5));
        assertTrue(a.system.remoting().knows(b.address));
        giver.tell(new Note(1));
        world.network.advance(Duration.ofMinutes(8));
        assertTrue(a.system.remoting().knows(b.address), "it was used eight minutes ago");
        world.network.advance(Duration.ofMinutes(5));
        assertFalse(a.system.remoting().knows(b.address));
        Process again = world.start("b");
        again.spawn("giver", RemoteWorld::give);
        assertEquals(1, world.end(ask(a.find(again, "giver"), "int")).join());
    }

    @Test
    void whoIsThereShouldBeKnownForEver() {
        ActorRef<Object> giver = giver();
        world.network.advance(Duration.ofMinutes(30));
        assertTrue(a.system.remoting().knows(b.address));
        assertTrue(b.system.remoting().knows(a.address));
        assertEquals(1, world.end(ask(giver, "int")).join());
    }

    @Test
    void anAnswerToAnEarlierLifeShouldNotBeTakenForOneToThis() {
        List<ReplyTo<Object>> kept = new ArrayList<>();
        b.spawn("slow", (message, context) -> kept.add(context.replyTo((Give) message)));
        a.system.ask(a.find(b, "slow"), new Give("old"), RemoteWorld.LIMIT);
        world.until(() -> kept.size() == 1, "the first request");
        a.crash();
        Process again = world.start("a");
        var asked = again.system.ask(again.find(b, "slow"), new Give("new"), RemoteWorld.LIMIT);
        world.until(() -> kept.size() == 2, "the second request");
        kept.get(0).reply("to the dead");
        world.settle();
        assertFalse(asked.isDone());
        kept.get(1).reply("to the living");
        assertEquals("to the living", world.end(asked).join());
    }

    /** The end of a link that the other side had made, and something that is sent during it. */
    @Test
    void whatIsSentWhileALinkEndsShouldNotBeForgotten() {
        List<ActorRef<Object>> kept = keeper();
        a.find(b, "keeper").tell(new Pass("", a.spawn("mine", RemoteWorld::give)));
        world.until(() -> !kept.isEmpty(), "the reference");
        ActorRef<Object> mine = kept.getFirst();
        a.crash();
        String large = "x".repeat(100_000);
        while (mine.tell(new Note(large, 1)) != Tell.FULL) {}
        List<CompletableFuture<Object>> asked = new ArrayList<>();
        b.system.onDeadLetter(
                _ -> {
                    if (asked.isEmpty()) {
                        asked.add(b.system.ask(mine, new Give("int"), RemoteWorld.LIMIT));
                    }
                });
        world.until(() -> !asked.isEmpty(), "a dead letter");
        assertInstanceOf(AskException.DidNotRun.class, world.failure(asked.getFirst()));
        b.system.lookup("keeper").orElseThrow().stop();
        checkEmpty(b);
    }

    @Test
    void aBrokenWireShouldBeNoEnd() {
        ActorRef<Object> giver = giver();
        for (Process each : List.of(a, b)) {
            world.network.breakWire(each.address, "broken by the test", SECOND);
            world.settle();
            assertEquals(1, world.end(ask(giver, "int")).join());
        }
        giver.stop();
        checkEmpty(a, b);
    }

    @Test
    void whoTakesNoAnswersShouldBeCutOffAtABound() {
        List<ReplyTo<Object>> kept = new ArrayList<>();
        b.spawn("slow", (message, context) -> kept.add(context.replyTo((Give) message)));
        ActorRef<Object> slow = a.find(b, "slow");
        List<CompletableFuture<Object>> asked = new ArrayList<>();
        for (int i = 0; i < 2400; i++) {
            asked.add(a.system.ask(slow, new Give("x"), RemoteWorld.LIMIT));
        }
        world.until(() -> kept.size() == 2400, "the requests");
        var refused = b.system.ask(b.find(a, spawnIn(a)), new Give("x"), RemoteWorld.LIMIT);
        byte[] large = new byte[120_000];
        // 275 MiB, without a step of the network in between.
        kept.forEach(each -> each.reply(large));
        var late = b.system.lookup(a.address, "x", RemoteWorld.LIMIT);
        Throwable failure = world.failure(refused);
        assertTrue(failure.getMessage().contains("256 MiB wait"), failure::getMessage);
        assertTrue(world.failure(late).getMessage().contains("256 MiB wait"));
        asked.forEach(world::end);
        var lost = assertInstanceOf(AskException.Lost.class, asked.getLast().exceptionNow());
        assertEquals(Optional.of(Loss.Cause.CLOSED_BY_PEER), lost.lossCause());
        // Both go on.
        assertEquals(
                Optional.empty(),
                world.end(b.system.lookup(a.address, "x", RemoteWorld.LIMIT)).join());
        a.system.lookup("watched").orElseThrow().stop();
        slow.stop();
        checkEmpty(a, b);
    }

    @Test
    void aLossShouldSayHowItCame() {
        ActorRef<Object> giver = giver();
        var asked = a.system.ask(giver, new Give("never"), RemoteWorld.LIMIT);
        var stopped = a.system.whenStopped(giver);
        var room = giver.tellWhenRoom(new Note(1), RemoteWorld.LIMIT);
        world.network.breakWire(a.address, "broken by the test", SECOND);
        Optional<Loss.Cause> broken = Optional.of(Loss.Cause.WIRE_BROKEN);
        var lost = assertInstanceOf(AskException.Lost.class, world.failure(asked));
        assertEquals(broken, lost.lossCause());
        var unsure = assertInstanceOf(PeerLostException.class, world.failure(room));
        assertEquals(broken, unsure.lossCause());
        var end = assertInstanceOf(PeerLostException.class, world.end(stopped).join().cause());
        assertEquals(broken, end.lossCause());
        // It lives.
        var again = a.system.ask(giver, new Give("int"), RemoteWorld.LIMIT);
        assertEquals(1, world.end(again).join());
        b.crash();
        var silent = world.failure(a.system.ask(giver, new Give("never"), RemoteWorld.LIMIT));
        assertEquals(Optional.of(Loss.Cause.SILENT), ((AskException.Lost) silent).lossCause());
        var unsent = world.failure(a.system.ask(giver, new Give("int"), RemoteWorld.LIMIT));
        assertEquals(
                Optional.of(Loss.Cause.UNREACHABLE), ((AskException.DidNotRun) unsent).lossCause());
        var late = world.failure(a.system.lookup(b.address, "giver", SECOND));
        assertEquals(Optional.empty(), ((PeerLostException) late).lossCause());
        checkEmpty(a);
    }

    @Test
    void whatWaitsForAConnectionShouldOutliveABrokenWire() {
        ActorRef<Object> giver = giver();
        for (int i = 0; i < 10; i++) {
            world.network.partition(Set.of(a.address), Set.of(b.address));
            // Until the link is lost there, so that all that follows waits for another.
            world.failure(a.system.ask(giver, new Give("int"), RemoteWorld.LIMIT));
            var asked = a.system.ask(giver, new Give("int"), RemoteWorld.LIMIT);
            assertEquals(Tell.ACCEPTED, giver.tell(new Note(i)));
            world.network.advance(Duration.ofMillis(100 * i));
            world.network.breakWire(a.address, "broken by the test", SECOND);
            world.network.advance(Duration.ofMillis(200));
            world.network.heal();
            assertEquals(1, world.end(asked).join());
        }
        assertEquals(List.of(), a.dead);
        giver.stop();
        checkEmpty(a, b);
    }

    @Test
    void whatWaitsWhenALinkIsClosedByOthersShouldEnd() {
        ActorRef<Object> giver = giver();
        for (int i = 0; i < 20; i++) {
            var before = ask(giver, "int");
            a.tap.link(b.address).close();
            var after = ask(giver, "int");
            giver.tellWhenRoom(new Note(i), SECOND);
            b.tap.link(a.address).close();
            world.network.advance(Duration.ofMillis(i));
            world.end(before);
            world.end(after);
            assertEquals(1, world.end(ask(giver, "int")).join());
        }
        giver.stop();
        checkEmpty(a, b);
    }

    @Test
    void closingShouldEndEverything() {
        ActorRef<Object> giver = giver();
        b.spawn("other", RemoteWorld::give);
        List<String> heard = new ArrayList<>();
        b.system.<Object>spawn(() -> new RemoteWorld.Watching(heard)).tell(b.find(a, spawnIn(a)));
        world.settle();
        var pending = a.system.ask(giver, new Give("never"), RemoteWorld.LIMIT);
        var room = giver.tellWhenRoom(new Note(1), RemoteWorld.LIMIT);
        var found = a.system.lookup(b.address, "other", RemoteWorld.LIMIT);
        assertEquals(List.of(), a.system.close(SECOND));
        world.dispatcher.runUntilIdle();
        assertInstanceOf(AskException.class, pending.exceptionNow());
        assertInstanceOf(PeerLostException.class, room.exceptionNow());
        assertThrows(CompletionException.class, found::join);
        assertEquals(Tell.STOPPED, giver.tell(new Note(1)));
        assertInstanceOf(AskException.DidNotRun.class, ask(giver, "int").exceptionNow());
        assertTrue(giver.tellWhenRoom(new Note(1), SECOND).isCompletedExceptionally());
        giver.stop();
        assertEquals("", a.held());
        world.until(() -> !heard.isEmpty(), "the end of what was watched");
        assertTrue(heard.getFirst().startsWith("watched@a:1 "), heard::toString);
        world.settle();
        assertEquals(1, heard.size());
        b.system.lookup("giver").orElseThrow().stop();
        b.system.lookup("other").orElseThrow().stop();
        checkEmpty(b);
        assertEquals(List.of(), b.system.close(SECOND));
    }

    private static String spawnIn(Process process) {
        process.spawn("watched", (_, _) -> {});
        return "watched";
    }
}
