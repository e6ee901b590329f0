package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.actors.RemoteWorld.Give;
import io.tharsis.actors.RemoteWorld.Note;
import io.tharsis.actors.RemoteWorld.Pass;
import io.tharsis.actors.RemoteWorld.Process;
import io.tharsis.transport.Loss;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What becomes of what was under way when a process or a connection is lost. */
final class RemoteLossTest extends RemoteCase {
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
        assertNotNull(a.system.remoting().knownPeer(b.address));
        giver.tell(new Note(1));
        world.network.advance(Duration.ofMinutes(8));
        assertTrue(
                a.system.remoting().knownPeer(b.address) != null, "it was used eight minutes ago");
        world.network.advance(Duration.ofMinutes(5));
        assertNull(a.system.remoting().knownPeer(b.address));
        Process again = world.start("b");
        again.spawn("giver", RemoteWorld::give);
        assertEquals(1, world.end(ask(a.find(again, "giver"), "int")).join());
    }

    @Test
    void whoIsThereShouldBeKnownForEver() {
        ActorRef<Object> giver = giver();
        world.network.advance(Duration.ofMinutes(30));
        assertNotNull(a.system.remoting().knownPeer(b.address));
        assertNotNull(b.system.remoting().knownPeer(a.address));
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
