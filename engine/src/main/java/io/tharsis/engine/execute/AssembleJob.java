package io.tharsis.engine.execute;

import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.tile.Task;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies boxes, the longest contiguous stretches at a time; a morsel is what one chunk gives, so
 * that each comes into memory once.
 */
final class AssembleJob implements Job {
    private final Task.Assemble task;
    private final PieceReader reader;
    private final Execution execution;
    private final List<List<Task.Piece>> pieces = new ArrayList<>();

    AssembleJob(Task.Assemble task, PieceReader reader, Execution execution) {
        this.task = task;
        this.reader = reader;
        this.execution = execution;
        for (int read = 0; read < task.reads().length; read++) {
            pieces.add(new ArrayList<>());
        }
        for (Task.Piece piece : task.pieces()) {
            pieces.get(piece.read()).add(piece);
        }
    }

    @Override
    public int morsels() {
        return Math.max(1, pieces.size());
    }

    @Override
    public void run(int morsel) {
        if (morsel < pieces.size()) {
            reader.read(
                    task.reads()[morsel],
                    source -> pieces.get(morsel).forEach(piece -> copy(piece, source)));
        }
    }

    private void copy(Task.Piece piece, MemorySegment source) {
        MemorySegment target = execution.memory(task.writes()[piece.write()]);
        long[] shape = task.shapes().get(piece.write());
        long width = task.elementSize();
        long[] extent = piece.extent();
        long[] sourceStrides = Shapes.strides(piece.sourceShape());
        long[] targetStrides = Shapes.strides(shape);
        long from = 0;
        long to = 0;
        for (int axis = 0; axis < extent.length; axis++) {
            from += piece.sourceOrigin()[axis] * sourceStrides[axis];
            to += piece.targetOrigin()[axis] * targetStrides[axis];
        }
        int inner = extent.length;
        long stretch = 1;
        while (inner > 0
                && sourceStrides[inner - 1] == stretch
                && targetStrides[inner - 1] == stretch) {
            inner--;
            stretch *= extent[inner];
        }
        long[] index = new long[inner];
        while (true) {
            MemorySegment.copy(source, from * width, target, to * width, stretch * width);
            int axis = inner - 1;
            while (axis >= 0 && ++index[axis] == extent[axis]) {
                index[axis] = 0;
                from -= (extent[axis] - 1) * sourceStrides[axis];
                to -= (extent[axis] - 1) * targetStrides[axis];
                axis--;
            }
            if (axis < 0) {
                return;
            }
            from += sourceStrides[axis];
            to += targetStrides[axis];
        }
    }
}
