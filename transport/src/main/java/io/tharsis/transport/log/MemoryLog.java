package io.tharsis.transport.log;

import io.tharsis.transport.common.Threads;

import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * A replicated log whose members are all in this JVM: for a cluster within one process, and for
 * simulation. It models what a log between processes does, not how: a leader takes commands, a
 * command is committed while a majority of the members is up and reaches the leader, each member
 * applies what is committed at its own pace, takes snapshots by size, and after an absence is
 * restored from a snapshot and the log's tail. A lost leader takes some of the commands it had not
 * committed with it, and leaves others to be committed by the next one.
 *
 * <p>What lives on a member's disk elsewhere, its snapshots and the log, here survives {@link
 * #crash} in memory, and nothing survives this object.
 *
 * <p>Either it has a thread of its own, or it moves by {@link #step} alone, deterministically from
 * a seed; then <b>all calls come from one thread</b>.
 */
public final class MemoryLog implements AutoCloseable {
    private static final long SLOWEST_S = 60;

    private final MemoryCore core;
    private final LongSupplier nanoTime;
    private final ConcurrentLinkedQueue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    private MemoryLog(
            int members,
            long snapshotBytes,
            IntFunction<StateMachine> machines,
            LongSupplier nanoTime,
            InstantSource wall,
            long seed,
            boolean threaded) {
        if (members < 1 || members % 2 == 0) {
            throw new IllegalArgumentException("an odd number of members: " + members);
        }
        if (snapshotBytes < 1) {
            throw new IllegalArgumentException("snapshotBytes is not positive: " + snapshotBytes);
        }
        this.nanoTime = nanoTime;
        core = new MemoryCore(this, members, snapshotBytes, machines, wall, seed);
        if (threaded) {
            thread = new Thread(this::work, "tharsis-memory-log");
            thread.setDaemon(true);
            thread.start();
        } else {
            thread = null;
        }
    }

    /**
     * One that works by itself, on a thread that sleeps when there is nothing to do.
     *
     * @param members an odd number
     * @param snapshotBytes how much log a member applies between two snapshots
     * @param machines makes a member's state machine at each of its starts
     */
    public static MemoryLog threaded(
            int members, long snapshotBytes, IntFunction<StateMachine> machines) {
        return new MemoryLog(
                members,
                snapshotBytes,
                machines,
                System::nanoTime,
                InstantSource.system(),
                System.nanoTime(),
                true);
    }

    /**
     * One that moves by {@link #step} alone.
     *
     * @param nanoTime the clock of deadlines
     * @param wall the clock of {@link StateMachine#apply}'s time stamps
     * @param seed decides which of the possible things happens next
     */
    public static MemoryLog stepped(
            int members,
            long snapshotBytes,
            IntFunction<StateMachine> machines,
            LongSupplier nanoTime,
            InstantSource wall,
            long seed) {
        return new MemoryLog(members, snapshotBytes, machines, nanoTime, wall, seed, false);
    }

    /** A member, up or down. Its {@code close} is {@link #crash} for good. */
    public LogMember member(int id) {
        return core.member(id);
    }

    /**
     * Has one thing happen, if there is one to happen now.
     *
     * @return false if nothing will happen before a call or {@link #nextDeadlineNs}
     * @throws IllegalStateException if it has a thread of its own
     */
    public boolean step() {
        if (thread != null) {
            throw new IllegalStateException("this log works on a thread of its own");
        }
        return work1();
    }

    /**
     * No append expires before this, on the clock of deadlines; it may be the deadline of one that
     * has ended. {@code Long.MAX_VALUE} if there is none.
     */
    public long nextDeadlineNs() {
        return core.nextDeadlineNs();
    }

    /** Kills a member with its state machine and the logs that were taken from it. */
    public void crash(int member) {
        call(() -> core.crash(member, false));
    }

    /** Starts a member that was killed, with a new state machine. No effect on one that is up. */
    public void restart(int member) {
        call(() -> core.restart(member));
    }

    /**
     * Cuts these members off from the others, but not from each other; they were together before.
     */
    public void split(int... apart) {
        call(() -> core.split(apart));
    }

    /** Has all members reach each other again. */
    public void heal() {
        call(() -> core.split());
    }

    /** Has {@code task} run on the log's thread, soon. */
    void submit(Runnable task) {
        inbox.add(task);
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /** Runs {@code task} as the log's thread, before the return. */
    void call(Runnable task) {
        if (thread == null || Thread.currentThread() == thread) {
            task.run();
            return;
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        submit(
                () -> {
                    task.run();
                    done.complete(null);
                });
        if (closed && !thread.isAlive()) {
            drain();
        }
        done.orTimeout(SLOWEST_S, TimeUnit.SECONDS).join();
    }

    long nowNs() {
        return nanoTime.getAsLong();
    }

    private boolean work1() {
        boolean worked = drain();
        worked |= core.expire(nowNs());
        return core.act() || worked;
    }

    private synchronized boolean drain() {
        boolean any = false;
        for (Runnable task = inbox.poll(); task != null; task = inbox.poll()) {
            task.run();
            any = true;
        }
        return any;
    }

    private void work() {
        while (!closed) {
            if (!work1() && inbox.isEmpty() && !closed) {
                long deadline = core.nextDeadlineNs();
                if (deadline == Long.MAX_VALUE) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, Math.max(1, deadline - nowNs()));
                }
            }
        }
        drain();
        core.close();
    }

    /** Closes all members and ends all appends. */
    @Override
    public void close() {
        closed = true;
        if (thread == null) {
            drain();
            core.close();
            return;
        }
        LockSupport.unpark(thread);
        if (Thread.currentThread() != thread) {
            Threads.join(thread);
        }
        drain();
    }
}
