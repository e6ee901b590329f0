package io.tharsis.actors;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * What Java Flight Recorder is told. Nothing is made while no recording was started in this
 * process.
 */
final class ActorEvents {
    private ActorEvents() {}

    static void restart(Cell<?> cell, Throwable cause) {
        if (FlightRecorder.isInitialized()) {
            var event = new Restart();
            event.actor = cell.name();
            event.cause = Log.text(cause);
            event.commit();
        }
    }

    static void deadLetter(DeadLetter letter) {
        if (FlightRecorder.isInitialized()) {
            var event = new Dead();
            event.actor = letter.to().name();
            event.message = letter.message().getClass();
            event.commit();
        }
    }

    static void slowTurn(Turn turn, long nanos, boolean blocked) {
        if (FlightRecorder.isInitialized()) {
            var event = new SlowTurn();
            event.actor = turn.toString();
            event.nanos = nanos;
            event.blocked = blocked;
            event.commit();
        }
    }

    /** An actor that failed gets a new instance. */
    @Name("io.tharsis.ActorRestart")
    @Label("Actor Restart")
    @Category("Tharsis")
    @StackTrace(false)
    static final class Restart extends Event {
        @Label("Actor")
        String actor;

        @Label("Cause")
        String cause;
    }

    /** A message was not handled. */
    @Name("io.tharsis.DeadLetter")
    @Label("Dead Letter")
    @Category("Tharsis")
    @StackTrace(false)
    static final class Dead extends Event {
        @Label("Actor")
        String actor;

        @Label("Message Class")
        Class<?> message;
    }

    /**
     * A turn of a tenth of a second or more; told once a turn. One that computes is told of while
     * it goes on, one that blocks when it has ended.
     */
    @Name("io.tharsis.SlowTurn")
    @Label("Slow Turn")
    @Category("Tharsis")
    @StackTrace(false)
    static final class SlowTurn extends Event {
        @Label("Actor")
        String actor;

        @Label("So Far")
        @Timespan(Timespan.NANOSECONDS)
        long nanos;

        @Label("Blocked")
        boolean blocked;
    }
}
