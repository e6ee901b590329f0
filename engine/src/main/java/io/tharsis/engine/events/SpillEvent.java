package io.tharsis.engine.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A chunk was written to disk because its memory was wanted. */
@Name("io.tharsis.Spill")
@Label("Spill")
@Category("Tharsis")
@StackTrace(false)
final class SpillEvent extends Event {
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
}
