package io.tharsis.engine.execute;

import io.tharsis.engine.events.EngineEvents;
import io.tharsis.engine.execute.SlotMemory.Urgency;
import io.tharsis.engine.memory.OutOfMemoryBudgetException;
import io.tharsis.engine.storage.Chunk;
import io.tharsis.engine.storage.ChunkStore;
import io.tharsis.engine.tile.Plan;
import io.tharsis.engine.tile.Task;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Gets tasks of an execution what they need and runs them, on the workers of a pool.
 *
 * @param alone by task: whether it has run out of scratch memory beside others and so has to run
 *     while nothing else does
 */
record Starter(
        Plan plan, SlotMemory slots, ComputePool workers, Execution execution, boolean[] alone) {
    Starter(Plan plan, SlotMemory slots, ComputePool workers, Execution execution) {
        this(plan, slots, workers, execution, new boolean[plan.tasks().size()]);
    }

    /** True if task {@code t} may run only while nothing else does. */
    boolean runsAlone(int t) {
        return alone[t];
    }

    /** On a worker: runs task {@code t}, or begins to bring what it needs, or puts it back. */
    void start(int t) {
        Task task = plan.tasks().get(t);
        Urgency urgency = Urgency.WAIT;
        try {
            while (!execution.isFailing()) {
                switch (slots.acquire(task, urgency)) {
                    case SlotMemory.Grant.Ready _ -> {
                        runTask(t);
                        return;
                    }
                    case SlotMemory.Grant.Loading(List<Chunk> chunks) -> {
                        awaitArrival(t, chunks);
                        return;
                    }
                    case SlotMemory.Grant.Lacking lacking -> {
                        switch (makeRoom(task, lacking, urgency)) {
                            case RETRY -> {}
                            case MAKE_DO -> urgency = Urgency.MAKE_DO;
                            case WAIT -> {
                                execution.putBack(t);
                                return;
                            }
                            case INSIST -> {
                                insist(t);
                                return;
                            }
                        }
                    }
                }
            }
            execution.putBack(t);
        } catch (Throwable e) {
            execution.fail(e);
            execution.putBack(t);
        }
    }

    /** What to do about a lack of memory. */
    private enum Verdict {
        /** There is more now. */
        RETRY,
        /** Less than the best may do. */
        MAKE_DO,
        /** There will be more when what is under way has ended. */
        WAIT,
        /** Nothing is under way that could help. */
        INSIST
    }

    /**
     * Takes from others alone: a task that gave up a chunk of its own for the next one it reads
     * would go on for ever.
     */
    private Verdict makeRoom(Task task, SlotMemory.Grant.Lacking lacking, Urgency urgency) {
        ChunkStore store = lacking.store();
        if (store.lastFailure() == null) {
            switch (store.requestRoom(lacking.bytes(), slots.wanted(task))) {
                case FREED -> {
                    return Verdict.RETRY;
                }
                case COMING -> {
                    store.counters().waitedForSpill();
                    return Verdict.WAIT;
                }
                case NONE -> {}
            }
        }
        if (urgency == Urgency.WAIT) {
            return Verdict.MAKE_DO;
        }
        if (workers.busy() > 1 || store.isBusy()) {
            store.counters().waitedForTasks();
            return Verdict.WAIT;
        }
        return Verdict.INSIST;
    }

    /** Nobody else can free anything: gets the memory now, or fails. */
    private void insist(int t) {
        SlotMemory.Grant grant;
        try {
            grant = slots.acquire(plan.tasks().get(t), Urgency.INSIST);
        } catch (OutOfMemoryBudgetException e) {
            if (workers.busy() == 1) {
                throw e;
            }
            // others have started meanwhile, and will give back what they have
            execution.putBack(t);
            return;
        }
        if (grant instanceof SlotMemory.Grant.Loading(List<Chunk> chunks)) {
            awaitArrival(t, chunks);
        } else {
            runTask(t);
        }
    }

    /** Runs task {@code t}, whose chunks are on their way, when they are there. */
    private void awaitArrival(int t, List<Chunk> chunks) {
        slots.store().counters().waitedForLoad();
        CompletableFuture<?>[] arrivals =
                chunks.stream().map(Chunk::arrival).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(arrivals)
                .whenComplete(
                        (_, error) -> {
                            if (error != null) {
                                execution.fail(
                                        error instanceof CompletionException
                                                ? error.getCause()
                                                : error);
                            }
                            execution.arrived(t);
                        });
    }

    /** On a worker: runs task {@code t}, for which all has arrived. */
    void runLoaded(int t) {
        try {
            runTask(t);
        } catch (Throwable e) {
            execution.fail(e);
            execution.putBack(t);
        }
    }

    /** Runs a task that has everything; what it throws happened before the task began. */
    private void runTask(int t) {
        Task task = plan.tasks().get(t);
        long start = EngineEvents.isOn() ? System.nanoTime() : 0;
        SharedJob job;
        try {
            job =
                    new SharedJob(
                            Jobs.of(task, execution, slots.memory(task)),
                            slots.pool(),
                            error -> {
                                if (isWorthAnotherTry(t, error)) {
                                    execution.tryAgain(t);
                                } else {
                                    note(task, start);
                                    execution.taskDone(t, error);
                                }
                            });
        } catch (RuntimeException | Error e) {
            slots.release(task);
            if (isWorthAnotherTry(t, e)) {
                execution.putBack(t);
                return;
            }
            throw e;
        }
        if (job.morsels() > 1) {
            execution.share(t, job);
        }
        job.work();
    }

    /**
     * True if a task has found no scratch memory beside others. It writes all it writes again, so
     * it may run a second time, and then alone.
     */
    private boolean isWorthAnotherTry(int t, Throwable error) {
        boolean isFirst = error instanceof OutOfMemoryBudgetException && !alone[t];
        alone[t] |= isFirst;
        return isFirst;
    }

    private void note(Task task, long start) {
        if (start == 0) {
            return;
        }
        long bytes = 0;
        for (int slot : task.writes()) {
            bytes += Math.max(0, plan.slotBytes()[slot]);
        }
        EngineEvents.task(
                task.getClass().getSimpleName(), task.work(), bytes, System.nanoTime() - start);
    }
}
