package io.tharsis.engine.tile;

import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.storage.ChunkGrid;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the pieces of dense boxes. */
final class Assembly {
    private final int elementSize;
    private final List<long[]> shapes = new ArrayList<>();
    private final List<Integer> writes = new ArrayList<>();
    private final List<Task.Piece> pieces = new ArrayList<>();
    private final Map<Integer, Integer> reads = new LinkedHashMap<>();

    Assembly(int elementSize) {
        this.elementSize = elementSize;
    }

    /** What is added from now on goes to {@code slot}, a box of {@code shape}. */
    void into(int slot, long[] shape) {
        writes.add(slot);
        shapes.add(shape);
    }

    /**
     * The box at {@code origin} of {@code extent} of a node cut by {@code grid} goes to {@code
     * target}.
     */
    void add(ChunkGrid grid, int[] slots, long[] origin, long[] target, long[] extent) {
        int rank = extent.length;
        int[] first = new int[rank];
        int[] last = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            if (extent[axis] == 0) {
                return;
            }
            first[axis] = grid.locate(axis, origin[axis]);
            last[axis] = grid.locate(axis, origin[axis] + extent[axis] - 1);
        }
        int[] position = first.clone();
        while (true) {
            addPiece(grid, slots, position, origin, target, extent);
            int axis = rank - 1;
            while (axis >= 0 && position[axis] == last[axis]) {
                position[axis] = first[axis];
                axis--;
            }
            if (axis < 0) {
                return;
            }
            position[axis]++;
        }
    }

    private void addPiece(
            ChunkGrid grid,
            int[] slots,
            int[] position,
            long[] origin,
            long[] target,
            long[] extent) {
        int chunk = grid.chunkAt(position);
        long[] chunkOrigin = grid.origin(chunk);
        long[] chunkShape = grid.chunkShape(chunk);
        long[] source = new long[extent.length];
        long[] to = new long[extent.length];
        long[] part = new long[extent.length];
        for (int axis = 0; axis < extent.length; axis++) {
            long low = Math.max(origin[axis], chunkOrigin[axis]);
            long high = Math.min(origin[axis] + extent[axis], chunkOrigin[axis] + chunkShape[axis]);
            source[axis] = low - chunkOrigin[axis];
            to[axis] = target[axis] + low - origin[axis];
            part[axis] = high - low;
        }
        int read = reads.computeIfAbsent(slots[chunk], _ -> reads.size());
        pieces.add(new Task.Piece(read, writes.size() - 1, chunkShape, source, to, part));
    }

    Task task() {
        return new Task.Assemble(
                elementSize,
                List.copyOf(shapes),
                List.copyOf(pieces),
                reads.keySet().stream().mapToInt(Integer::intValue).toArray(),
                writes.stream().mapToInt(Integer::intValue).toArray(),
                shapes.stream().mapToLong(Shapes::size).sum());
    }
}
