package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Task;
import io.tharsis.engine.tile.TileTree;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Folds the values of all tiles into the result: one morsel. */
record TileCombineJob(Task.TileCombine task, Execution execution) implements Job {
    @Override
    public int morsels() {
        return 1;
    }

    @Override
    public void run(int morsel) {
        int width = TileTree.WIDTH;
        int tiles = task.tileRows() * task.tileColumns();
        long[] values = new long[tiles * width];
        for (int i = 0; i < task.reads().length; i++) {
            MemorySegment table = execution.memory(task.reads()[i]);
            Task.TileBox box = task.tables().get(i);
            for (int row = 0; row < box.rows(); row++) {
                int tile = (box.row() + row) * task.tileColumns() + box.column();
                MemorySegment.copy(
                        table,
                        ValueLayout.JAVA_LONG,
                        (long) row * box.columns() * width * Long.BYTES,
                        values,
                        tile * width,
                        box.columns() * width);
            }
        }
        Task.End end = task.end();
        TileTree.fold(values, 0, tiles, end.combiner(FoldMath::apply));
        MemorySegment result = execution.memory(task.writes()[0]);
        if (end.kind() == Task.End.Kind.FOLD) {
            TreeFold.putElement(task.format(), end.lane(), values[0], result, 0);
        } else {
            MemorySegment.copy(values, 1, result, ValueLayout.JAVA_LONG, 0, 2);
        }
    }
}
