package io.tharsis.engine.execute;

import io.tharsis.engine.memory.BufferPool;
import io.tharsis.engine.storage.Chunk;
import io.tharsis.engine.storage.Stored;
import io.tharsis.engine.tile.Plan;
import io.tharsis.engine.tile.Task;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Runs a plan on the calling thread, one task after the other. */
record CallersRun(Plan plan, SlotMemory slots, Execution execution) {
    /**
     * @param outlet null to keep results
     */
    List<Stored> run(Outlet outlet) {
        BufferPool before = Scratch.bind(slots.pool());
        try {
            if (outlet != null) {
                outlet.writeBound();
            }
            for (int t = 0; t < plan.tasks().size(); t++) {
                execution.checkCancelled();
                run(t, outlet);
            }
            return outlet == null ? slots.takeResults() : List.of();
        } finally {
            Scratch.bind(before);
            slots.freeAll();
            execution.reader().releaseHeld();
        }
    }

    private void run(int t, Outlet outlet) {
        Task task = plan.tasks().get(t);
        SlotMemory.Grant grant = slots.acquire(task, SlotMemory.Urgency.INSIST);
        boolean done = false;
        Scratch scratch = Scratch.ofThread();
        long mark = scratch.mark();
        try {
            if (grant instanceof SlotMemory.Grant.Loading(List<Chunk> chunks)) {
                chunks.forEach(chunk -> await(chunk.arrival()));
            }
            Job job = Jobs.of(task, execution, slots.memory(task));
            int morsels = job.morsels();
            for (int morsel = 0; morsel < morsels; morsel++) {
                job.run(morsel);
            }
            job.finish();
            if (outlet != null) {
                write(task, outlet);
            }
            done = true;
        } finally {
            if (!done) {
                scratch.reset(mark);
                slots.release(task);
            }
        }
        slots.taskDone(t, t + 1);
    }

    private static void write(Task task, Outlet outlet) {
        var written = new CompletableFuture<Void>();
        int count =
                outlet.write(
                        task,
                        error -> {
                            if (error == null) {
                                written.complete(null);
                            } else {
                                written.completeExceptionally(error);
                            }
                        });
        if (count > 0) {
            await(written);
        }
    }

    private static void await(CompletableFuture<Void> future) {
        try {
            future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
