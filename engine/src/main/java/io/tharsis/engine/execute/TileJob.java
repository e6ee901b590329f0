package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Task;
import io.tharsis.engine.tile.TileTree;

import java.util.List;

/** A loop over tiles of what is stored; a tile a morsel. */
final class TileJob implements Job {
    private static final int TILE = TileTree.TILE;

    private final Task.Face face;
    private final TileLoop loop;
    private final int tileColumns;

    TileJob(Task.Tiles task, Execution execution) {
        this.face = task.face();
        this.loop = new TileLoop(task.epilogue(), List.of(face), task, execution);
        this.tileColumns = Math.toIntExact(Math.ceilDiv(face.shape()[1], TILE));
    }

    @Override
    public int morsels() {
        return Math.toIntExact(Math.ceilDiv(face.shape()[0], TILE) * tileColumns);
    }

    @Override
    public void run(int morsel) {
        long row = (long) (morsel / tileColumns) * TILE;
        long column = (long) (morsel % tileColumns) * TILE;
        loop.run(
                face,
                row,
                column,
                (int) Math.min(TILE, face.shape()[0] - row),
                (int) Math.min(TILE, face.shape()[1] - column),
                null);
    }
}
