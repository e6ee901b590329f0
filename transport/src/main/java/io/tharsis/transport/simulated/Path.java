package io.tharsis.transport.simulated;

import java.util.ArrayDeque;

/** The way of datagrams from one host to another, with what can go wrong on it. */
final class Path {
    /** Bytes that wait on a clogged path; what comes then is lost. */
    private static final long MOST_WAITING = 4 << 20;

    private static final long UNCLOGGED = -1;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final SimulatedNetwork network;
    private final Host from;
    private final Host to;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long bytesWaiting;
    private boolean cut;

    /** Bytes per second; with 0 all waits. */
    private long rate = UNCLOGGED;

    /** The first of those that wait leaves then; null if none is on its way out. */
    private Agenda.Event leaving;

    private long lastDueNs;

    private record Waiting(int bytes, Runnable arrival) {}

    Path(Host from, Host to) {
        this.network = from.network;
        this.from = from;
        this.to = to;
    }

    void cut() {
        cut = true;
    }

    /** {@code bytesPerSecond} may be 0. */
    void clog(long bytesPerSecond) {
        setRate(bytesPerSecond);
    }

    void heal() {
        cut = false;
        setRate(UNCLOGGED);
    }

    private void setRate(long newRate) {
        rate = newRate;
        if (leaving != null) {
            network.cancel(leaving);
            leaving = null;
        }
        while (rate == UNCLOGGED && !waiting.isEmpty()) {
            leave();
        }
        leaveInTurn();
    }

    private void leaveInTurn() {
        if (rate > 0 && leaving == null && !waiting.isEmpty()) {
            long ns = waiting.peek().bytes * NANOS_PER_SECOND / rate;
            leaving =
                    network.in(
                            ns,
                            () -> {
                                leaving = null;
                                leave();
                                leaveInTurn();
                            });
        }
    }

    private void leave() {
        Waiting first = waiting.remove();
        bytesWaiting -= first.bytes;
        travel(first.arrival);
    }

    /** Has {@code arrival} happen at the other end: once, never, or twice. */
    void send(int bytes, Runnable arrival) {
        Faults faults = network.faults();
        if (cut || network.draws().chance(faults.loss())) {
            network.note(cut ? "cut" : "lost", from, to);
            return;
        }
        depart(bytes, arrival);
        if (network.draws().chance(faults.duplication())) {
            depart(bytes, arrival);
        }
    }

    private void depart(int bytes, Runnable arrival) {
        if (rate == UNCLOGGED) {
            travel(arrival);
        } else if (bytesWaiting + bytes <= MOST_WAITING) {
            bytesWaiting += bytes;
            waiting.add(new Waiting(bytes, arrival));
            leaveInTurn();
        } else {
            network.note("overflowed", from, to);
        }
    }

    private void travel(Runnable arrival) {
        Faults faults = network.faults();
        Draws draws = network.draws();
        long longestNs = faults.maxDelay().toNanos();
        long dueNs = network.nowNs() + draws.between(faults.minDelay().toNanos(), longestNs);
        if (draws.chance(faults.reordering())) {
            dueNs += draws.between(0, Math.max(1_000_000, 4 * longestNs));
        } else {
            dueNs = Math.max(dueNs, lastDueNs);
            lastDueNs = dueNs;
        }
        network.in(dueNs - network.nowNs(), () -> arrive(arrival));
    }

    private void arrive(Runnable arrival) {
        if (cut) {
            network.note("cut", from, to);
        } else {
            to.receive(arrival);
        }
    }
}
