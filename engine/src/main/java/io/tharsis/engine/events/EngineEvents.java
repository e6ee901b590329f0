package io.tharsis.engine.events;

import jdk.jfr.FlightRecorder;

import java.nio.file.Path;

/**
 * What Java Flight Recorder is told. Nothing is made while no recording was started in this
 * process; the classes of the events are not even initialized, as the first of them costs a JVM
 * without a recording some hundredths of a second.
 */
public final class EngineEvents {
    private EngineEvents() {}

    /** True if somebody records, so that a time is worth taking. */
    public static boolean isOn() {
        return FlightRecorder.isInitialized();
    }

    /** Tells of a task that worked on {@code work} elements and made {@code bytes}. */
    public static void task(String kind, long work, long bytes, long nanos) {
        if (isOn()) {
            var event = new TaskEvent();
            if (event.shouldCommit()) {
                event.kind = kind;
                event.work = work;
                event.bytes = bytes;
                event.nanos = nanos;
                event.commit();
            }
        }
    }

    /** Tells of a chunk of {@code bytes} that went to a file of {@code stored} bytes. */
    public static void spill(Path file, long bytes, long stored, long nanos) {
        if (isOn()) {
            var event = new SpillEvent();
            if (event.shouldCommit()) {
                event.file = file.toString();
                event.bytes = bytes;
                event.stored = stored;
                event.nanos = nanos;
                event.commit();
            }
        }
    }

    /** Tells of a chunk of {@code bytes} that was brought back. */
    public static void load(String source, long bytes, long nanos) {
        if (isOn()) {
            var event = new LoadEvent();
            if (event.shouldCommit()) {
                event.source = source;
                event.bytes = bytes;
                event.nanos = nanos;
                event.commit();
            }
        }
    }
}
