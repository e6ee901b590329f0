package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Task;

import java.lang.foreign.MemorySegment;

/** Copies ranges; a piece a morsel. */
record FlatCopyJob(Task.FlatCopy task, Execution execution) implements Job {
    @Override
    public int morsels() {
        return Math.max(1, task.pieces().size());
    }

    @Override
    public void run(int morsel) {
        if (morsel >= task.pieces().size()) {
            return;
        }
        Task.FlatPiece piece = task.pieces().get(morsel);
        long width = task.elementSize();
        MemorySegment source = execution.memory(task.reads()[piece.read()]);
        MemorySegment target = execution.memory(task.writes()[0]);
        MemorySegment.copy(
                source,
                piece.sourceIndex() * width,
                target,
                piece.targetIndex() * width,
                piece.count() * width);
    }
}
