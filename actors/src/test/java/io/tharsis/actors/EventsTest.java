package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What Java Flight Recorder is told. */
@Timeout(120)
final class EventsTest {
    @Test
    void shouldTellOfRestartsDeadLettersAndSlowTurns() throws Exception {
        Probe.silenceLog();
        var all = new ConcurrentLinkedQueue<RecordedEvent>();
        var handled = new CountDownLatch(1);
        var slow = new CountDownLatch(1);
        try (var stream = new RecordingStream()) {
            stream.setReuse(false);
            stream.onEvent(
                    event -> {
                        all.add(event);
                        if (isNamed(event, "io.tharsis.SlowTurn") && isOfWatched(event)) {
                            slow.countDown();
                        }
                    });
            stream.startAsync();
            try (ActorSystem system = ActorSystem.create("events")) {
                ActorRef<String> actor =
                        system.spawn(
                                () ->
                                        (message, _) -> {
                                            if (message.equals("fail")) {
                                                throw new IllegalStateException("bug");
                                            }
                                            // On a busy machine the monitor sees it late.
                                            while (slow.getCount() > 0) {
                                                Thread.onSpinWait();
                                            }
                                            handled.countDown();
                                        },
                                "watched",
                                ActorOptions.<String>defaults()
                                        .supervised(Supervision.restart(1, Duration.ofDays(1))));
                actor.tell("fail");
                actor.tell("compute");
                assertTrue(handled.await(60, TimeUnit.SECONDS));
                system.close(Duration.ofSeconds(60));
                assertEquals(Tell.STOPPED, actor.tell("late"));
            }
            stream.stop();
        }
        List<RecordedEvent> restarts = named(all, "io.tharsis.ActorRestart");
        assertEquals(1, restarts.size());
        assertTrue(restarts.getFirst().getString("cause").contains("bug"));
        assertEquals(1, named(all, "io.tharsis.DeadLetter").size());
        List<RecordedEvent> turns = named(all, "io.tharsis.SlowTurn");
        // Once each at most: that which fails, that which computes, and that which stops.
        assertTrue(turns.size() <= 3, () -> "told " + turns.size() + " times");
        assertTrue(turns.getFirst().getLong("nanos") >= 100_000_000);
    }

    @Test
    void shouldTellOfATurnThatHasBlocked() {
        var told = new CountDownLatch(1);
        var errors = new ConcurrentLinkedQueue<Throwable>();
        try (var stream = new RecordingStream();
                ActorSystem system = ActorSystem.create("blocks")) {
            stream.onError(errors::add);
            stream.onEvent(
                    "io.tharsis.SlowTurn",
                    event -> {
                        if (event.getString("actor").equals("ActorRef(blocked)")
                                && event.getBoolean("blocked")
                                && event.getLong("nanos") >= 100_000_000) {
                            told.countDown();
                        }
                    });
            stream.startAsync();
            var never = new CountDownLatch(1);
            ActorRef<ActorContract.Add> actor =
                    system.spawn(
                            () ->
                                    (add, context) -> {
                                        never.await(300, TimeUnit.MILLISECONDS);
                                        context.reply(add, add.value());
                                    },
                            "blocked");
            // Again and again, as on a busy machine the monitor may see it late.
            while (told.getCount() > 0) {
                var add = new ActorContract.Add(1);
                assertEquals(1, system.ask(actor, add, Duration.ofSeconds(60)).join());
            }
        }
        assertEquals(List.of(), List.copyOf(errors));
    }

    @Test
    void shouldTellWhatSystemsCountAndHowLongMessagesWait() throws Exception {
        var counts = new CountDownLatch(2);
        var mailbox = new CountDownLatch(2);
        var errors = new ConcurrentLinkedQueue<Throwable>();
        try (var stream = new RecordingStream();
                ActorSystem system = ActorSystem.create("told")) {
            stream.enable("io.tharsis.ActorSystem").withPeriod(Duration.ofMillis(50));
            stream.enable("io.tharsis.Mailbox").withPeriod(Duration.ofMillis(1));
            stream.setReuse(false);
            stream.onError(errors::add);
            stream.onEvent(
                    "io.tharsis.ActorSystem",
                    event -> {
                        if (event.getString("system").equals("told")
                                && event.getLong("handled") > 0
                                && event.getLong("living") == 1) {
                            counts.countDown();
                        }
                    });
            stream.onEvent(
                    "io.tharsis.Mailbox",
                    event -> {
                        if (event.getString("actor").equals("answers")
                                && event.getLong("waitedNs") > 0
                                && event.getClass("message").getName().endsWith("Add")
                                && event.getInt("depth") >= 0) {
                            mailbox.countDown();
                        }
                    });
            stream.startAsync();
            ActorRef<ActorContract.Add> actor =
                    system.spawn(
                            () -> (add, context) -> context.reply(add, add.value()), "answers");
            int asked = 0;
            while (counts.getCount() > 0 || mailbox.getCount() > 0) {
                var add = new ActorContract.Add(++asked);
                assertEquals(asked, system.ask(actor, add, Duration.ofSeconds(60)).join());
            }
        }
        assertEquals(List.of(), List.copyOf(errors));
    }

    private static boolean isNamed(RecordedEvent event, String name) {
        return event.getEventType().getName().equals(name);
    }

    /** Whether it is of the actor of that name; other tests' may still be ending. */
    private static boolean isOfWatched(RecordedEvent event) {
        return List.of("watched", "ActorRef(watched)").contains(event.getString("actor"));
    }

    private static List<RecordedEvent> named(Collection<RecordedEvent> all, String name) {
        return all.stream()
                .filter(event -> isNamed(event, name))
                .filter(EventsTest::isOfWatched)
                .toList();
    }
}
