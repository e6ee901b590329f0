package io.tharsis.actors;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches runners, tick by tick while one runs. A turn that goes on for more than a tick and whose
 * thread waits has its runner set aside, and another one goes on with what waited for it; for a
 * turn that computes for so long, what was handed off to its runner is given to others.
 *
 * <p>Where many block at once, the number of runners that may run is doubled each tick, so that it
 * takes few ticks to get all of them going, and halved when none blocks.
 *
 * <p><b>One daemon thread</b>, started when first woken, asleep while no runner has anything to do.
 */
final class Monitor implements Runnable {
    /** Two ticks, and what the timer is late, are under 2 ms. */
    private static final long TICK_NS = TimeUnit.MICROSECONDS.toNanos(750);

    private static final long SLEEP_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long SLOW_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Quiet ticks before it sleeps, so that whoever wakes runners often need not wake it. */
    private static final int QUIET_TICKS = 50;

    private static final int MOST_EXTRA = 256;

    private final RunnerDispatcher dispatcher;
    private final String name;
    private Thread thread;
    private volatile boolean asleep = true;
    private int extra;

    Monitor(RunnerDispatcher dispatcher, String name) {
        this.dispatcher = dispatcher;
        this.name = name;
    }

    /** A runner has something to do, or the dispatcher is closed. */
    void wake() {
        if (asleep) {
            startOrUnpark();
        }
    }

    private synchronized void startOrUnpark() {
        if (thread == null) {
            var fresh = new Thread(this, name);
            fresh.setDaemon(true);
            thread = fresh;
            fresh.start();
        } else {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void run() {
        int quiet = 0;
        while (true) {
            asleep = false;
            quiet = tick() ? 0 : quiet + 1;
            if (quiet < QUIET_TICKS) {
                LockSupport.parkNanos(this, TICK_NS);
                continue;
            }
            if (dispatcher.isOver() && end()) {
                return;
            }
            // Whoever makes a runner busy does so under the lock of isQuiet, and then reads this.
            asleep = true;
            if (dispatcher.isQuiet()) {
                LockSupport.parkNanos(this, SLEEP_NS);
            }
            quiet = 0;
        }
    }

    /** Ends this thread; the next wake starts another. */
    private synchronized boolean end() {
        asleep = true;
        thread = null;
        if (!dispatcher.isOver()) {
            // A turn came late, and its runner saw that this thread was awake.
            thread = Thread.currentThread();
            return false;
        }
        return true;
    }

    /** True if some runner is busy, or should be. */
    private boolean tick() {
        boolean busy = false;
        boolean blocked = false;
        long nowNs = System.nanoTime();
        for (Runner runner : dispatcher.runners()) {
            Turn turn = runner.current();
            if (turn == null) {
                continue;
            }
            busy = true;
            long turns = runner.turns();
            if (turns != runner.seenTurns) {
                runner.seenTurns = turns;
                runner.seenSinceNs = nowNs;
                runner.seenSlow = false;
                runner.wantPause();
            } else if (runner.thread().getState() == Thread.State.RUNNABLE) {
                runner.handOnNext();
                noteSlow(runner, turn, nowNs);
            } else {
                blocked = true;
                dispatcher.detach(runner);
            }
        }
        extra = blocked ? Math.min(MOST_EXTRA, Math.max(1, 2 * extra)) : extra / 2;
        dispatcher.allow(extra);
        return dispatcher.signalIfWork() || busy;
    }

    private static void noteSlow(Runner runner, Turn turn, long nowNs) {
        long sinceNs = nowNs - runner.seenSinceNs;
        if (sinceNs >= SLOW_NS && !runner.seenSlow) {
            runner.seenSlow = true;
            ActorEvents.slowTurn(turn, sinceNs, false);
        }
    }

    /** By a runner that was set aside, when its turn has ended. */
    static void noteBlocked(Runner runner, Turn turn) {
        long tookNs = System.nanoTime() - runner.seenSinceNs;
        // What was seen may be the turn before it.
        boolean seen = runner.seenTurns == runner.turns();
        if (seen && tookNs >= SLOW_NS && !runner.seenSlow) {
            ActorEvents.slowTurn(turn, tookNs, true);
        }
    }
}
