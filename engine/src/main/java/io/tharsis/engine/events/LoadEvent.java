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
final class LoadEvent extends Event {
    @Label("Source")
    String source;

    @Label("Chunk Size")
    @DataAmount
    long bytes;

    @Label("Time Taken")
    @Timespan(Timespan.NANOSECONDS)
    long nanos;
}
