package io.tharsis.engine.events;

import static io.tharsis.Tensors.arange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.SessionStats;
import io.tharsis.Tensor;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class EventsTest {
    private static final long MIB = 1 << 20;

    @TempDir private Path folder;

    @Test
    void shouldTellOfEveryTaskSpillAndLoad() throws IOException {
        Path file = folder.resolve("events.jfr");
        SessionStats stats;
        try (var recording = new Recording();
                var session =
                        Session.local().memory(16 * MIB).chunkBytes(MIB).spillTo(folder).open();
                var _ = session.bind()) {
            recording.enable(TaskEvent.class);
            recording.enable(SpillEvent.class);
            recording.enable(LoadEvent.class);
            recording.start();
            List<Tensor> tensors = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                tensors.add(
                        arange(1 << 18)
                                .mapBlocks(
                                        DType.INT64,
                                        (in, out) -> out.segment().copyFrom(in.segment()))
                                .execute());
            }
            assertEquals((1L << 17) * ((1 << 18) - 1), tensors.getFirst().sum().itemLong());
            stats = session.stats();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertEquals(stats.spilled(), sum(events, "io.tharsis.Spill"));
        assertEquals(stats.loaded() + stats.remade(), sum(events, "io.tharsis.Load"));
        assertTrue(stats.spilled() > 0 && stats.loaded() > 0, stats::toString);
        assertTrue(sum(events, "io.tharsis.Task") >= 20 * MIB);
        RecordedEvent task =
                events.stream()
                        .filter(event -> event.getEventType().getName().equals("io.tharsis.Task"))
                        .findFirst()
                        .orElseThrow();
        assertTrue(task.getDuration("nanos").toNanos() > 0);
    }

    private static long sum(List<RecordedEvent> events, String type) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(type))
                .mapToLong(event -> event.getLong("bytes"))
                .sum();
    }
}
