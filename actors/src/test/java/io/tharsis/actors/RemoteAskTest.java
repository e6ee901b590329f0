package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.actors.RemoteWorld.Give;
import io.tharsis.actors.RemoteWorld.Note;
import io.tharsis.actors.RemoteWorld.Process;
import io.tharsis.actors.RemoteWorld.Stranger;
import io.tharsis.actors.codec.NotTransferableException;
import io.tharsis.transport.simulated.Faults;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Messages and asks between processes. */
final class RemoteAskTest extends RemoteCase {
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
}
