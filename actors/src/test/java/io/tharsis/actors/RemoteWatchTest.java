package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.actors.RemoteWorld.Give;
import io.tharsis.actors.RemoteWorld.Process;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Watching actors of other processes. */
final class RemoteWatchTest extends RemoteCase {
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
}
