package io.tharsis.engine.execute;

import io.tharsis.ClosedException;
import io.tharsis.engine.memory.BufferPool;
import io.tharsis.engine.plan.GraphReader;
import io.tharsis.engine.storage.ChunkSink;
import io.tharsis.engine.storage.ChunkStore;
import io.tharsis.engine.storage.Stored;
import io.tharsis.engine.tile.Plan;
import io.tharsis.engine.tile.Task;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * One run of a plan. Tasks start in the plan's order as soon as their inputs are there and all they
 * need is in memory; a slot is freed with its last reader. Small plans run on the caller's thread,
 * others on a pool.
 *
 * <p>Thread-safe. All state is under this object's lock, but for the memory of slots.
 */
public final class Execution {
    private final Plan plan;
    private final GraphReader reader;
    private final ComputePool workers;
    private final SlotMemory slots;
    private final Schedule schedule;
    private final Outlet outlet;
    private final Starter starter;
    private final boolean nested;
    private final List<SharedTask> active = new ArrayList<>();
    private final Deque<Integer> loaded = new ArrayDeque<>();
    private final CompletableFuture<List<Stored>> result = new CompletableFuture<>();
    private final AtomicLong workDone = new AtomicLong();
    private final long workTotal;
    private int running;
    private boolean waitsForMemory;
    private long waitsSince;
    private boolean admitted;
    private boolean ended;
    private Throwable failure;

    /** A job that several workers may be at; its task is -1 if it is a loop inside a task. */
    private record SharedTask(int task, SharedJob job) {}

    /**
     * @param reader the operands of the plan's structure, their data held; released when this
     *     execution ends
     * @param workers null to run on the caller's thread
     * @param sink takes the chunks of the only root, whose result is empty then; null to keep
     *     results
     */
    public Execution(
            Plan plan, GraphReader reader, ChunkStore store, ComputePool workers, ChunkSink sink) {
        this.plan = plan;
        this.reader = reader;
        this.workers = workers;
        slots = new SlotMemory(plan, reader, store, threads());
        nested = ComputePool.isWorker();
        workTotal = Math.max(1, plan.work());
        var foresight =
                workers == null ? null : new Foresight(plan, slots.readers(), slots.needs());
        schedule = new Schedule(plan, slots, foresight);
        starter = new Starter(plan, slots, workers, this);
        outlet = sink == null ? null : new Outlet(plan.results().getFirst(), slots, sink);
    }

    /** Runs everything; answers the roots' results, whose counts pass to the caller. */
    public List<Stored> run() {
        if (workers == null) {
            return new CallersRun(plan, slots, this).run(outlet);
        }
        CompletableFuture<List<Stored>> future = start();
        if (nested) {
            // a worker that only waited could be the one that is waited for
            workers.helpUntilEnd(this);
        }
        return Waiting.on(future, this);
    }

    /**
     * Starts on the pool; the answer completes with the roots' results, whose counts pass to the
     * caller.
     */
    public CompletableFuture<List<Stored>> start() {
        try {
            if (outlet != null) {
                outlet.writeBound();
            }
            workers.submit(this);
        } catch (RuntimeException e) {
            fail(e);
        }
        endIfOver();
        if (hasEnded()) {
            workers.remove(this);
        }
        return result;
    }

    /** Something for a worker to do, null if there is nothing now. Called under the pool's lock. */
    synchronized Runnable poll() {
        if (failure != null || ended) {
            return null;
        }
        for (int i = active.size() - 1; i >= 0; i--) {
            SharedJob job = active.get(i).job();
            if (job.hasMore()) {
                return job::work;
            }
        }
        if (!loaded.isEmpty()) {
            int t = loaded.remove();
            return () -> starter.runLoaded(t);
        }
        boolean hopeless =
                waitsForMemory
                        && (workers.busy() > 0 || slots.store().isBusy())
                        && workers.frees() == waitsSince;
        boolean barred = !nested && workers.isExclusive();
        if (!admitted || hopeless || barred || outlet != null && outlet.isFull()) {
            return null;
        }
        int t = schedule.next(() -> slots.heldBytes() + pool().available());
        if (t < 0) {
            return null;
        }
        boolean alone = starter.runsAlone(t);
        if (alone && workers.busy() > 0) {
            schedule.putBack(t);
            return null;
        }
        running++;
        workers.taskStarts(alone);
        waitsSince = workers.frees();
        return () -> starter.start(t);
    }

    /**
     * True if tasks of this execution may start; else asks whether {@code room} bytes beside what
     * it needs at most are left.
     */
    synchronized boolean admit(long room) {
        admitted |= nested || schedule.peak() <= room;
        return admitted;
    }

    /** Bytes this execution may still take, those it holds included. */
    synchronized long claim() {
        return admitted && !ended ? schedule.peak() : 0;
    }

    long heldBytes() {
        return slots.heldBytes();
    }

    // ---- one task, from its start to its end

    /** What task {@code t} waited for is in memory. */
    void arrived(int t) {
        boolean runs;
        synchronized (this) {
            runs = failure == null;
            if (runs) {
                loaded.add(t);
            }
        }
        if (runs) {
            workers.wake();
        } else {
            slots.release(plan.tasks().get(t));
            putBack(t);
        }
    }

    /** Lets idle workers help. */
    void share(int task, SharedJob job) {
        synchronized (this) {
            active.add(new SharedTask(task, job));
            if (failure != null) {
                job.abandon();
            }
        }
        workers.wake();
    }

    synchronized boolean isFailing() {
        return failure != null;
    }

    /** A task that was chosen does not run now. */
    void putBack(int t) {
        synchronized (this) {
            schedule.putBack(t);
            running--;
            waitsForMemory = true;
        }
        workers.taskEnds(false);
        endIfOver();
    }

    /** Task {@code t} has to run a second time. */
    void tryAgain(int t) {
        synchronized (this) {
            active.removeIf(shared -> shared.task() == t);
        }
        slots.release(plan.tasks().get(t));
        putBack(t);
    }

    /** Task {@code t} has run; {@code error} is null unless it failed. */
    void taskDone(int t, Throwable error) {
        Task task = plan.tasks().get(t);
        if (error != null) {
            fail(error);
        }
        synchronized (this) {
            running--;
            schedule.ended(t, failure != null);
            waitsForMemory = false;
            active.removeIf(shared -> shared.task() == t);
            workDone.addAndGet(task.work());
            if (failure == null) {
                if (outlet != null) {
                    running += outlet.write(task, this::written);
                }
                slots.taskDone(t, schedule.firstUnfinished());
            } else {
                slots.release(task);
            }
        }
        workers.taskEnds(true);
        endIfOver();
    }

    /** A chunk has left through the outlet. */
    private void written(Throwable error) {
        if (error != null) {
            fail(error);
        }
        synchronized (this) {
            running--;
        }
        endIfOver();
    }

    // ---- the end

    /** The first cause is what the execution ends with, as soon as nothing of it runs. */
    void fail(Throwable cause) {
        List<Integer> waiting;
        synchronized (this) {
            if (failure == null) {
                failure = cause;
            }
            active.forEach(shared -> shared.job().abandon());
            waiting = List.copyOf(loaded);
            loaded.clear();
        }
        for (int t : waiting) {
            slots.release(plan.tasks().get(t));
            putBack(t);
        }
    }

    /**
     * Ends the execution, once, if nothing of it runs any more and it has failed or is finished.
     */
    private void endIfOver() {
        List<Stored> results = List.of();
        Throwable cause;
        synchronized (this) {
            if (ended || running > 0 || failure == null && !schedule.isFinished()) {
                return;
            }
            ended = true;
            try {
                results = failure == null && outlet == null ? slots.takeResults() : results;
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            cause = failure;
            slots.freeAll();
        }
        workers.remove(this);
        reader.releaseHeld();
        if (cause == null) {
            result.complete(results);
        } else {
            result.completeExceptionally(cause);
        }
        workers.wake();
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /**
     * Stops the execution as soon as the morsels under way are done; its future ends with a {@link
     * CancellationException}.
     */
    public void cancel() {
        stop(new CancellationException("the computation was cancelled"));
    }

    /**
     * As {@link #cancel}, for another reason. An execution on its caller's thread sees it before
     * its next task.
     */
    void stop(RuntimeException reason) {
        fail(reason);
        if (workers != null) {
            endIfOver();
        }
    }

    /** Stops it; nobody will take its results. */
    void cancelAndDrop() {
        cancel();
        result.whenComplete(
                (results, _) -> {
                    if (results != null) {
                        results.forEach(Stored::release);
                    }
                });
    }

    /** Ends an execution that was never run. */
    public void abandon() {
        slots.freeAll();
        reader.releaseHeld();
    }

    void checkCancelled() {
        Throwable cause;
        synchronized (this) {
            cause = failure;
        }
        if (cause instanceof RuntimeException stopped
                && (stopped instanceof CancellationException
                        || stopped instanceof ClosedException)) {
            throw stopped;
        }
        if (cause != null) {
            throw new CancellationException("the computation ended early: " + cause);
        }
    }

    /** Work done, from 0 to 1. */
    public double progress() {
        double parts = 0;
        synchronized (this) {
            for (SharedTask shared : active) {
                parts +=
                        shared.task() < 0
                                ? 0
                                : plan.tasks().get(shared.task()).work() * shared.job().progress();
            }
        }
        return Math.min(1.0, (workDone.get() + parts) / workTotal);
    }

    /** What this execution is waiting for, in words. */
    public synchronized String describe() {
        return schedule.finished()
                + " of "
                + schedule.size()
                + " tasks done, "
                + running
                + " running"
                + (waitsForMemory ? ", the next one waits for memory" : "");
    }

    MemorySegment memory(int slot) {
        return slots.of(slot);
    }

    SlotMemory slots() {
        return slots;
    }

    BufferPool pool() {
        return slots.pool();
    }

    int threads() {
        return workers == null ? 1 : workers.threads();
    }

    GraphReader reader() {
        return reader;
    }

    /** Runs {@code body} for each number below {@code count}, with the help of idle workers. */
    void parallelFor(int count, IntConsumer body) {
        if (workers == null || count < 2) {
            for (int i = 0; i < count; i++) {
                body.accept(i);
            }
            return;
        }
        var over = new CompletableFuture<Void>();
        var job =
                new SharedJob(
                        new Job() {
                            @Override
                            public int morsels() {
                                return count;
                            }

                            @Override
                            public void run(int morsel) {
                                body.accept(morsel);
                            }
                        },
                        pool(),
                        error -> {
                            if (error == null) {
                                over.complete(null);
                            } else {
                                over.completeExceptionally(error);
                            }
                        });
        share(-1, job);
        job.work();
        try {
            // others may be at their last pieces, which use this call's memory
            Waiting.onHelpers(over);
        } finally {
            synchronized (this) {
                active.removeIf(shared -> shared.job() == job);
            }
        }
        checkCancelled();
    }
}
