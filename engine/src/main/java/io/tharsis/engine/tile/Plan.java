package io.tharsis.engine.tile;

import io.tharsis.DType;
import io.tharsis.engine.storage.ChunkGrid;

import java.util.List;

/**
 * What is to be done, free of data: tasks in an order in which each comes after what it needs, over
 * numbered slots. Immutable, shared by every run of its structure.
 *
 * @param tasks in order of preference: depth first
 * @param slotBytes bytes of each slot; -1 if only a run can tell
 * @param bound slots that are filled before the run, from data
 * @param results for each root, where its chunks are
 */
public record Plan(List<Task> tasks, long[] slotBytes, List<Bound> bound, List<Result> results) {
    /** Chunk {@code chunk} of operand {@code origin} goes to {@code slot}. */
    public record Bound(int slot, int origin, int chunk) {}

    /**
     * A root: chunk i of {@code grid} is in {@code slots[i]}; the grid is null if only a run can
     * tell.
     */
    public record Result(DType dtype, ChunkGrid grid, int[] slots) {}

    public long work() {
        long work = 0;
        for (Task task : tasks) {
            work += task.work();
        }
        return work;
    }

    /**
     * True if it takes less time than it takes to wake other threads: at most {@code elements}, or
     * more of them that little is done to.
     */
    public boolean isShort(long elements) {
        long work = work();
        if (work <= elements || work / Task.USUAL_OPERATIONS > elements) {
            return work <= elements;
        }
        long operations = 0;
        for (Task task : tasks) {
            operations += task.operations();
        }
        return operations / Task.USUAL_OPERATIONS <= elements;
    }
}
