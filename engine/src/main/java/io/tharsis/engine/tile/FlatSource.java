package io.tharsis.engine.tile;

import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.storage.ChunkGrid;

import java.util.ArrayList;
import java.util.List;

/** A node whose chunks follow each other in row-major order. */
final class FlatSource {
    private final long[] starts;
    private final int[] slots;

    FlatSource(ChunkGrid grid, int[] slots) {
        this.slots = slots;
        this.starts = new long[slots.length + 1];
        for (int chunk = 0; chunk < slots.length; chunk++) {
            starts[chunk + 1] = starts[chunk] + Shapes.size(grid.chunkShape(chunk));
        }
    }

    /**
     * True if every chunk is contiguous in the whole: axes before the last cut one have chunks of
     * length 1, axes after it are whole.
     */
    static boolean isFlat(ChunkGrid grid) {
        int lastCut = -1;
        for (int axis = 0; axis < grid.rank(); axis++) {
            if (grid.count(axis) > 1) {
                lastCut = axis;
            }
        }
        long[] shape = grid.shape();
        for (int axis = 0; axis < lastCut; axis++) {
            if (grid.count(axis) != shape[axis]) {
                return false;
            }
        }
        return true;
    }

    /** A task that copies {@code count} elements from element {@code start} into {@code slot}. */
    Task copy(int elementSize, long start, long count, int slot) {
        List<Task.FlatPiece> pieces = new ArrayList<>();
        List<Integer> reads = new ArrayList<>();
        for (int chunk = 0; chunk < slots.length; chunk++) {
            long from = Math.max(start, starts[chunk]);
            long to = Math.min(start + count, starts[chunk + 1]);
            if (from < to) {
                pieces.add(
                        new Task.FlatPiece(
                                reads.size(), from - starts[chunk], from - start, to - from));
                reads.add(slots[chunk]);
            }
        }
        int[] slotsRead = reads.stream().mapToInt(Integer::intValue).toArray();
        return new Task.FlatCopy(
                elementSize, List.copyOf(pieces), slotsRead, new int[] {slot}, count);
    }
}
