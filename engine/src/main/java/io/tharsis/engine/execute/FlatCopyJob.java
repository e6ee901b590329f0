package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Task;

import java.lang.foreign.MemorySegment;

/** Copies ranges; a piece a morsel. */
record FlatCopyJob(Task.FlatCopy task, PieceReader reader, MemorySegment target) implements Job {
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
        reader.read(
                task.reads()[piece.read()],
                source ->
                        MemorySegment.copy(
                                source,
                                piece.sourceIndex() * width,
                                target,
                                piece.targetIndex() * width,
                                piece.count() * width));
    }
}
