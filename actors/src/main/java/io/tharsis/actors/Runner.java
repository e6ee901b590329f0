package io.tharsis.actors;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A virtual thread that runs turns. It has a slot, {@code next}, for the first turn that its
 * current one makes ready: that one runs right after it, on the same thread, and nobody is woken
 * for it, so two actors that talk to each other stay together. Further ones go to its queue, from
 * which idle runners steal.
 *
 * <p>A turn in the slot waits for no longer than the monitor takes to see that the turn before it
 * goes on for more than a tick.
 */
final class Runner implements Runnable {
    static final int MESSAGES_PER_TURN = 64;

    /** Turns by the slot before the queue is next, and turns before the shared queue is. */
    private static final int HAND_OFFS = 64;

    private static final ThreadLocal<Runner> CURRENT = new ThreadLocal<>();
    private static final VarHandle NEXT;
    private static final VarHandle TURNS;
    private static final VarHandle RUNS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            NEXT = lookup.findVarHandle(Runner.class, "next", Turn.class);
            RUNS = lookup.findVarHandle(Runner.class, "current", Turn.class);
            TURNS = lookup.findVarHandle(Runner.class, "turns", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final RunQueue queue = new RunQueue();
    final Tally tally = new Tally();

    /** The monitor's notes: the turn it saw last, and since when. */
    long seenTurns;

    long seenSinceNs;

    boolean seenSlow;

    /** In the dispatcher's list of idle runners; under its lock. */
    volatile boolean parked;

    private final RunnerDispatcher dispatcher;
    private final Thread thread;
    private volatile boolean detached;
    private volatile boolean pauseWanted;
    private Turn current;

    @SuppressWarnings("unused") // by its handle
    private volatile Turn next;

    private long turns;
    private int handOffs;

    Runner(RunnerDispatcher dispatcher, String name) {
        this.dispatcher = dispatcher;
        this.thread =
                Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).unstarted(this);
    }

    /** The runner on whose thread the caller is, or null. */
    static Runner ofThisThread() {
        return CURRENT.get();
    }

    Thread thread() {
        return thread;
    }

    RunnerDispatcher dispatcher() {
        return dispatcher;
    }

    /** What it runs, or null; from any thread. */
    Turn current() {
        return (Turn) RUNS.getAcquire(this);
    }

    void isIdle() {
        RUNS.setRelease(this, null);
    }

    /** Turns it has begun; from any thread. */
    long turns() {
        return (long) TURNS.getOpaque(this);
    }

    boolean isDetached() {
        return detached;
    }

    /** By the monitor: its turn blocks, so it gets no more turns and ends after this one. */
    void detach() {
        detached = true;
    }

    /** By the monitor, once a tick: others may want its processor. */
    void wantPause() {
        pauseWanted = true;
    }

    /**
     * A turn that the one which runs here has made ready. Either the monitor, which sets {@code
     * detached} and then takes what is here, finds it, or it is seen here that this was set: both
     * are written before the other is read.
     */
    void offer(Turn turn) {
        if (next == null) {
            NEXT.setVolatile(this, turn);
        } else if (queue.put(turn)) {
            dispatcher.signal();
        } else {
            dispatcher.inject(turn);
        }
        if (detached) {
            handOn();
        }
    }

    /** Gives all that waits here to whoever is free; by any thread. */
    void handOn() {
        handOnNext();
        for (Turn turn = queue.stealOne(); turn != null; turn = queue.stealOne()) {
            dispatcher.inject(turn);
        }
    }

    void handOnNext() {
        Turn turn = takeNext();
        if (turn != null) {
            dispatcher.inject(turn);
        }
    }

    @Override
    public void run() {
        CURRENT.set(this);
        Turn turn = dispatcher.found(this);
        while (turn != null) {
            if (detached) {
                handOn();
            }
            RUNS.setRelease(this, turn);
            TURNS.setOpaque(this, turns + 1);
            boolean more = run(turn);
            turn = detached ? leave(turn, more) : after(turn, more);
        }
        dispatcher.ended(this);
    }

    private boolean run(Turn turn) {
        // One that came between two turns was meant for the one before.
        dispatcher.forgetInterrupt();
        try {
            return turn.run(MESSAGES_PER_TURN, tally);
        } catch (Throwable thrown) {
            // Only a mistake of this package, or no memory: the runner must live on.
            Log.warn("a turn of " + turn + " threw", thrown);
            return false;
        }
    }

    private Turn leave(Turn turn, boolean more) {
        isIdle();
        if (detached) {
            Monitor.noteBlocked(this, turn);
        }
        if (more) {
            dispatcher.inject(turn);
        }
        dispatcher.left(this);
        handOn();
        return null;
    }

    private Turn after(Turn turn, boolean more) {
        if (pauseWanted) {
            pauseWanted = false;
            if (dispatcher.isSurplus(this)) {
                return leave(turn, more);
            }
            Thread.yield();
        }
        if (more) {
            if (next == null && queue.size() == 0 && !looksAround()) {
                return turn;
            }
            boolean othersWait = queue.size() > 0;
            if (!queue.put(turn)) {
                dispatcher.inject(turn);
            } else if (othersWait) {
                dispatcher.signal();
            }
        }
        Turn following = following();
        return following != null ? following : dispatcher.search(this);
    }

    /** Every so many turns those that wait elsewhere come first. */
    private boolean looksAround() {
        return turns % HAND_OFFS == 0;
    }

    /** A turn waits here. */
    boolean hasWork() {
        return next != null || queue.size() != 0;
    }

    /** The next of those that wait here, or null. */
    Turn following() {
        Turn turn = looksAround() ? dispatcher.injected() : null;
        if (turn == null && ++handOffs < HAND_OFFS) {
            turn = takeNext();
        }
        if (turn == null) {
            handOffs = 0;
            turn = queue.poll();
        }
        return turn == null ? takeNext() : turn;
    }

    private Turn takeNext() {
        return next == null ? null : (Turn) NEXT.getAndSet(this, null);
    }
}
