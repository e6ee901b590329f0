package io.tharsis.engine.execute;

import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.tile.Task;

import java.lang.foreign.MemorySegment;

/** Copies boxes, the longest contiguous stretches at a time; a piece a morsel. */
record AssembleJob(Task.Assemble task, PieceReader reader, MemorySegment target) implements Job {
    @Override
    public int morsels() {
        return Math.max(1, task.pieces().size());
    }

    @Override
    public void run(int morsel) {
        if (morsel >= task.pieces().size()) {
            return;
        }
        Task.Piece piece = task.pieces().get(morsel);
        reader.read(task.reads()[piece.read()], source -> copy(piece, source));
    }

    private void copy(Task.Piece piece, MemorySegment source) {
        long width = task.elementSize();
        long[] extent = piece.extent();
        long[] sourceStrides = Shapes.strides(piece.sourceShape());
        long[] targetStrides = Shapes.strides(task.shape());
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
