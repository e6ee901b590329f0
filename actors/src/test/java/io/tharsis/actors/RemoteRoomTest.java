package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.actors.RemoteWorld.Note;
import io.tharsis.actors.RemoteWorld.Process;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/** Messages that wait for room in a mailbox elsewhere. */
final class RemoteRoomTest extends RemoteCase {
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
}
