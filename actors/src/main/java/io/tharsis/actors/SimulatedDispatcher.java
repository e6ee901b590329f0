package io.tharsis.actors;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/**
 * A dispatcher for tests: no threads, a clock that only {@link #advance} moves, and an order of
 * turns that is a function of a seed. Which of the actors that are ready runs next, how many
 * messages it handles, and which of the tasks that are due at the same time comes first, is drawn;
 * so each seed is another interleaving, and the same one every time.
 *
 * <p><b>Threads: one alone</b>, the one that made it; another one is refused. So a future that is
 * piped to an actor has to end on that thread: have {@link #schedule} end it, or {@link #compute}.
 *
 * <p>What is to be computed is done at one moment of the simulated time, drawn from the millisecond
 * that follows; so it takes an {@link #advance} or an {@link #await}.
 */
public final class SimulatedDispatcher implements Dispatcher {
    /** Turns after which actors that never come to rest are a mistake of the test. */
    private static final long MOST_TURNS = 50_000_000;

    private static final int MOST_MESSAGES = 8;

    private static final int LONGEST_COMPUTE_NS = 1_000_000;

    private final long seed;
    private final Thread owner = Thread.currentThread();
    private final List<Turn> ready = new ArrayList<>();
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final Tally tally = new Tally();
    private long drawn;
    private long now;
    private long scheduled;
    private Turn current;

    public SimulatedDispatcher(long seed) {
        this.seed = seed;
    }

    @Override
    public void execute(Turn turn) {
        check();
        ready.add(turn);
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable work) {
        check();
        var task = new Task(now + Restarts.nanos(delay), draw(), scheduled++, work);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    @Override
    public void compute(Runnable work) {
        schedule(Duration.ofNanos(below(LONGEST_COMPUTE_NS)), work);
    }

    @Override
    public long handled() {
        return tally.handled();
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public List<Running> running() {
        return current == null ? List.of() : List.of(new Running(current, 0, owner));
    }

    /** Runs turns until no actor has anything to do; the clock stands still. */
    public void runUntilIdle() {
        checkOutside();
        for (long turns = 0; !ready.isEmpty(); turns++) {
            if (turns == MOST_TURNS) {
                throw new IllegalStateException(
                        "still busy after " + turns + " turns, with seed " + seed);
            }
            runOne();
        }
    }

    /**
     * Moves the clock on by {@code time}; on its way runs all that falls due and follows from it.
     */
    public void advance(Duration time) {
        runUntil(now + Restarts.nanos(time), new CompletableFuture<>());
    }

    @Override
    public boolean await(CompletableFuture<?> future, Duration deadline) {
        checkOutside();
        if (!future.isDone()) {
            runUntil(now + Restarts.nanos(deadline), future);
        }
        return future.isDone();
    }

    private void runUntil(long end, CompletableFuture<?> future) {
        runUntilIdle();
        while (!future.isDone() && !tasks.isEmpty() && tasks.peek().dueNs <= end) {
            Task task = tasks.poll();
            now = task.dueNs;
            task.work.run();
            runUntilIdle();
        }
        if (!future.isDone()) {
            now = end;
        }
    }

    private void runOne() {
        int last = ready.size() - 1;
        int chosen = below(last + 1);
        Turn turn = ready.get(chosen);
        ready.set(chosen, ready.get(last));
        ready.remove(last);
        current = turn;
        try {
            if (turn.run(1 + below(MOST_MESSAGES), tally)) {
                ready.add(turn);
            }
        } finally {
            current = null;
        }
    }

    private int below(int bound) {
        return (int) Long.remainderUnsigned(draw(), bound);
    }

    /** SplitMix64 of Steele, Lea and Flood. */
    private long draw() {
        long z = seed + ++drawn * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private void check() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException(
                    "a simulation belongs to "
                            + owner.getName()
                            + " and was used by "
                            + Thread.currentThread().getName());
        }
    }

    private void checkOutside() {
        check();
        if (current != null) {
            throw new IllegalStateException("inside the turn of " + current);
        }
    }

    @Override
    public void close() {}

    /** Something due at a time; {@code lot} orders what is due at the same time. */
    private record Task(long dueNs, long lot, long number, Runnable work)
            implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            int byTime = Long.compare(dueNs, other.dueNs);
            int byLot = byTime != 0 ? byTime : Long.compare(lot, other.lot);
            return byLot != 0 ? byLot : Long.compare(number, other.number);
        }
    }
}
