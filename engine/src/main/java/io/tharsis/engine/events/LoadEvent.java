package io.tharsis.engine.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A chunk was brought back to memory, from disk or from its source. */
@Name("io.tharsis.Load")
@Label("Load")
@Category("Tharsis")
@StackTrace(false)
public final class LoadEvent extends Event {
    @Label("Source")
    String source;

    @Label("Chunk Size")
    @DataAmount
    long bytes;

    @Label("Time Taken")
    @Timespan(Timespan.NANOSECONDS)
    long nanos;

    /** Tells of a chunk of {@code bytes}. */
    public static void note(String source, long bytes, long nanos) {
        if (Recording.isOn()) {
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
