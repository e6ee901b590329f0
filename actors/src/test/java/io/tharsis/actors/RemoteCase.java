package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tharsis.actors.RemoteWorld.Give;
import io.tharsis.actors.RemoteWorld.Pass;
import io.tharsis.actors.RemoteWorld.Process;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Actors of two processes, a and b, on a simulated network; what they promise each other is tested
 * one promise at a time by those that extend this.
 */
@Timeout(120)
abstract class RemoteCase {
    static final Duration SECOND = Duration.ofSeconds(1);

    final RemoteWorld world = new RemoteWorld(Seeds.of(getClass().getSimpleName()));
    final Process a = world.start("a");
    final Process b = world.start("b");

    @AfterEach
    void nothingWasThrown() {
        world.checkNothingThrown();
    }

    static ActorOptions<Object> room(int capacity) {
        return ActorOptions.<Object>defaults().bounded(capacity);
    }

    ActorRef<Object> giver() {
        b.spawn("giver", RemoteWorld::give);
        return a.find(b, "giver");
    }

    CompletableFuture<Object> ask(ActorRef<Object> to, String what) {
        return a.system.ask(to, new Give(what), SECOND);
    }

    Throwable failure(ActorRef<Object> to, String what) {
        return world.failure(ask(to, what));
    }

    /** An actor of b that fails at its first message, and keeps the others in its mailbox. */
    void stuck(String name, int capacity) {
        Duration day = Duration.ofDays(1);
        b.spawn(
                name,
                room(capacity).supervised(Supervision.restart(9, day).backingOff(day, day)),
                (_, _) -> {
                    throw new IllegalStateException("stuck");
                });
    }

    /** Nothing is remembered of what is over. */
    void checkEmpty(Process... processes) {
        world.settle();
        for (Process each : processes) {
            assertEquals("", each.held(), () -> "held by " + each.address);
        }
    }

    List<ActorRef<Object>> keeper() {
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
}
