package io.tharsis.transport.simulated;

import java.util.PriorityQueue;

/**
 * The clock of a simulation and what is to happen; what is due at the same time, in a drawn order.
 */
final class Agenda {
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Draws draws;
    private long nowNs;
    private long count;

    Agenda(Draws draws) {
        this.draws = draws;
    }

    /** Since the simulation's beginning. */
    long nowNs() {
        return nowNs;
    }

    Event in(long delayNs, Runnable work) {
        long due = Math.addExact(nowNs, Math.max(0, delayNs));
        var event = new Event(due, draws.next(), count++, work);
        events.add(event);
        return event;
    }

    void cancel(Event event) {
        events.remove(event);
    }

    /** When the next one is due; {@code Long.MAX_VALUE} if there is none. */
    long nextNs() {
        return events.isEmpty() ? Long.MAX_VALUE : events.peek().dueNs;
    }

    /** Moves the clock to {@code timeNs} and runs what is due then, and what follows at once. */
    void runTo(long timeNs) {
        nowNs = Math.max(nowNs, timeNs);
        while (nextNs() <= nowNs) {
            events.poll().work.run();
        }
    }

    /** Something due at a time. */
    record Event(long dueNs, long lot, long number, Runnable work) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(dueNs, other.dueNs);
            int byLot = byTime != 0 ? byTime : Long.compare(lot, other.lot);
            return byLot != 0 ? byLot : Long.compare(number, other.number);
        }
    }
}
