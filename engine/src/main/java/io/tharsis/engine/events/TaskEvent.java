package io.tharsis.engine.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A task of a plan has ended. */
@Name("io.tharsis.Task")
@Label("Task")
@Category("Tharsis")
@StackTrace(false)
public final class TaskEvent extends Event {
    @Label("Kind")
    String kind;

    @Label("Elements")
    long work;

    @Label("Output Size")
    @DataAmount
    long bytes;

    @Label("Time Taken")
    @Timespan(Timespan.NANOSECONDS)
    long nanos;

    /** True if somebody records, so that the time is worth taking. */
    public static boolean isOn() {
        return Recording.isOn();
    }

    /** Tells of a task that worked on {@code work} elements and made {@code bytes}. */
    public static void note(String kind, long work, long bytes, long nanos) {
        if (Recording.isOn()) {
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
}
