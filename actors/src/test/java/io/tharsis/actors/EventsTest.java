package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What Java Flight Recorder is told. */
@Timeout(120)
final class EventsTest {
    @Test
    void shouldTellOfRestartsDeadLettersAndSlowTurns(@TempDir Path folder) throws Exception {
        Probe.silenceLog();
        var handled = new CountDownLatch(1);
        Path file = folder.resolve("events.jfr");
        try (var recording = new Recording()) {
            recording.start();
            try (ActorSystem system = ActorSystem.create("events")) {
                ActorRef<String> actor =
                        system.spawn(
                                () ->
                                        (message, _) -> {
                                            if (message.equals("fail")) {
                                                throw new IllegalStateException("bug");
                                            }
                                            long begin = System.nanoTime();
                                            while (System.nanoTime() - begin < 400_000_000) {
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
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> all = RecordingFile.readAllEvents(file);
        RecordedEvent restart = one(all, "io.tharsis.ActorRestart");
        assertEquals("watched", restart.getString("actor"));
        assertTrue(restart.getString("cause").contains("bug"));
        assertEquals("watched", one(all, "io.tharsis.DeadLetter").getString("actor"));
        RecordedEvent slow = one(all, "io.tharsis.SlowTurn");
        assertEquals("ActorRef(watched)", slow.getString("actor"));
        assertTrue(slow.getLong("nanos") >= 100_000_000);
    }

    private static RecordedEvent one(List<RecordedEvent> all, String name) {
        List<RecordedEvent> named =
                all.stream().filter(event -> event.getEventType().getName().equals(name)).toList();
        assertEquals(1, named.size(), name);
        return named.getFirst();
    }
}
