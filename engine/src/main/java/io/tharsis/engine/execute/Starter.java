package io.tharsis.engine.execute;

import io.tharsis.engine.events.TaskEvent;
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
 * @param refusedAlone by task: whether it was refused memory once while nothing else ran
 */
record Starter(
        Plan plan,
        SlotMemory slots,
        ComputePool workers,
        Execution execution,
        boolean[] refusedAlone) {
    Starter(Plan plan, SlotMemory slots, ComputePool workers, Execution execution) {
        this(plan, slots, workers, execution, new boolean[plan.tasks().size()]);
    }

    /** On a worker: runs task {@code t}, or begins to bring what it needs, or puts it back. */
    void start(int t) {
        Task task = plan.tasks().get(t);
        try {
            while (!execution.isFailing()) {
                switch (slots.acquire(task, false)) {
                    case SlotMemory.Grant.Ready _ -> {
                        runTask(t);
                        return;
                    }
                    case SlotMemory.Grant.Loading(List<Chunk> chunks) -> {
                        awaitArrival(t, chunks);
                        return;
                    }
                    case SlotMemory.Grant.Lacking lacking -> {
                        switch (makeRoom(lacking)) {
                            case RETRY -> {}
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
        /** There will be more when what is under way has ended. */
        WAIT,
        /** Nothing is under way that could help. */
        INSIST
    }

    private Verdict makeRoom(SlotMemory.Grant.Lacking lacking) {
        ChunkStore store = lacking.store();
        if (store.lastFailure() == null) {
            switch (store.requestRoom(lacking.bytes())) {
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
            grant = slots.acquire(plan.tasks().get(t), true);
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
        var memory = new TaskMemory(slots.pool());
        long start = TaskEvent.isOn() ? System.nanoTime() : 0;
        SharedJob job;
        try {
            job =
                    new SharedJob(
                            Jobs.of(task, execution, memory),
                            slots.pool(),
                            error -> {
                                memory.close();
                                note(task, start);
                                execution.taskDone(t, error);
                            });
        } catch (RuntimeException | Error e) {
            memory.close();
            slots.release(task);
            boolean isAlone = workers.busy() == 1;
            if (e instanceof OutOfMemoryBudgetException && !(isAlone && refusedAlone[t])) {
                // others have started meanwhile, and give back what they have or just have
                refusedAlone[t] = isAlone;
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

    private void note(Task task, long start) {
        if (start == 0) {
            return;
        }
        long bytes = 0;
        for (int slot : task.writes()) {
            bytes += Math.max(0, plan.slotBytes()[slot]);
        }
        TaskEvent.note(
                task.getClass().getSimpleName(), task.work(), bytes, System.nanoTime() - start);
    }
}
