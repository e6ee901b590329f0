package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.actors.RemoteWorld.Give;
import io.tharsis.actors.RemoteWorld.Note;
import io.tharsis.actors.RemoteWorld.Pass;
import io.tharsis.actors.RemoteWorld.Process;
import io.tharsis.actors.codec.NotTransferableException;
import io.tharsis.transport.Address;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** References that travel, actors made and looked up elsewhere. */
final class RemoteNamesTest extends RemoteCase {
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

    @Test
    void aSystemThatCannotBeBuiltShouldCloseItsTransport() {
        var transport = world.transport(new Address("c", 1));
        var builder = ActorSystem.builder("c").dispatcher(world.dispatcher).transport(transport);
        builder.messages(Thread.class);
        assertThrows(NotTransferableException.class, builder::build);
        assertThrows(IllegalStateException.class, () -> transport.link(a.address));
    }

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
}
