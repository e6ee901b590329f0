package io.tharsis.actors;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * What Java Flight Recorder is told from time to time: {@code io.tharsis.ActorSystem}, what each
 * system has counted, and {@code io.tharsis.Mailbox}, how long a message has waited. Nothing is
 * measured but at the ticks that a recording asks for: at each tick of the second event the next
 * message that is told to an actor of each system is put into an envelope with the time, and
 * otherwise a {@code tell} reads one flag.
 *
 * <p>The recorder itself is touched, which takes long, only once a recording was started.
 *
 * <p>Thread-safe.
 */
final class Recorder {
    /** Open systems; forgotten, too, if nobody closes them. */
    private static final Set<ActorSystem> SYSTEMS =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    static {
        // Called at once if a recording was started already.
        FlightRecorder.addListener(
                new FlightRecorderListener() {
                    @Override
                    public void recorderInitialized(FlightRecorder recorder) {
                        FlightRecorder.addPeriodicEvent(SystemEvent.class, Recorder::tellCounts);
                        FlightRecorder.addPeriodicEvent(
                                MailboxEvent.class, () -> open().forEach(ActorSystem::takeTime));
                    }
                });
    }

    private Recorder() {}

    static void opened(ActorSystem system) {
        SYSTEMS.add(system);
    }

    static void closed(ActorSystem system) {
        SYSTEMS.remove(system);
    }

    private static List<ActorSystem> open() {
        synchronized (SYSTEMS) {
            return List.copyOf(SYSTEMS);
        }
    }

    private static void tellCounts() {
        for (ActorSystem system : open()) {
            ActorStats stats = system.stats();
            var event = new SystemEvent();
            event.system = system.name();
            event.living = stats.living();
            event.spawned = stats.spawned();
            event.handled = stats.handled();
            event.failures = stats.failures();
            event.restarts = stats.restarts();
            event.deadLetters = stats.deadLetters();
            event.refusals = stats.refusals();
            event.computing = stats.computing();
            event.toCompute = stats.toCompute();
            event.computed = stats.computed();
            for (Cell<?> cell : system.busy()) {
                event.busy++;
                event.depth += cell.depth();
            }
            event.commit();
        }
    }

    /** A message is being handled that was told at {@code sinceNs}; in its turn. */
    static void handled(Cell<?> cell, Object message, long sinceNs) {
        var event = new MailboxEvent();
        event.actor = cell.name();
        event.message = message.getClass();
        event.waitedNs = cell.dispatcher().nanoTime() - sinceNs;
        event.depth = cell.depth();
        event.commit();
    }

    /** Counts of one actor system, as they stand; see {@link ActorStats}. */
    @Name("io.tharsis.ActorSystem")
    @Label("Actor System")
    @Category("Tharsis")
    @Period("1 s")
    @StackTrace(false)
    static final class SystemEvent extends Event {
        @Label("System")
        String system;

        @Label("Living Actors")
        long living;

        @Label("Spawned Actors")
        long spawned;

        @Label("Handled Messages")
        long handled;

        @Label("Failures")
        long failures;

        @Label("Restarts")
        long restarts;

        @Label("Dead Letters")
        long deadLetters;

        @Label("Refusals by Full Mailboxes")
        long refusals;

        @Label("Computing")
        int computing;

        @Label("Waiting to be Computed")
        int toCompute;

        @Label("Computed")
        long computed;

        @Label("Actors at Work Now")
        int busy;

        @Label("Messages in the Mailboxes of Actors at Work")
        long depth;
    }

    /** The first message told after a tick is handled; so busy actors show up more often. */
    @Name("io.tharsis.Mailbox")
    @Label("Mailbox")
    @Category("Tharsis")
    @Period("20 ms")
    @StackTrace(false)
    static final class MailboxEvent extends Event {
        @Label("Actor")
        String actor;

        @Label("Message Class")
        Class<?> message;

        @Label("Time in Mailbox")
        @Timespan(Timespan.NANOSECONDS)
        long waitedNs;

        @Label("Messages Behind It")
        int depth;
    }
}
