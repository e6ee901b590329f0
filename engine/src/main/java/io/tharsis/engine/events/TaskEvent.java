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
final class TaskEvent extends Event {
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
}
