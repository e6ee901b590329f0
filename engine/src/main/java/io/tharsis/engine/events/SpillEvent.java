package io.tharsis.engine.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

import java.nio.file.Path;

/** A chunk was written to disk because its memory was wanted. */
@Name("io.tharsis.Spill")
@Label("Spill")
@Category("Tharsis")
@StackTrace(false)
public final class SpillEvent extends Event {
    @Label("File")
    String file;

    @Label("Chunk Size")
    @DataAmount
    long bytes;

    @Label("File Size")
    @DataAmount
    long stored;

    @Label("Time Taken")
    @Timespan(Timespan.NANOSECONDS)
    long nanos;

    /** Tells of a chunk of {@code bytes} in a file of {@code stored} bytes. */
    public static void note(Path file, long bytes, long stored, long nanos) {
        if (Recording.isOn()) {
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
}
