package io.tharsis.engine.tile;

import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;
import io.tharsis.engine.storage.ChunkGrid;

/** The box of a node that a box of a loop's domain sees through a view. */
record InputBox(long[] origin, long[] extent) {
    static InputBox whole(long[] shape) {
        return new InputBox(new long[shape.length], shape);
    }

    static InputBox of(View view, long[] domainOrigin, long[] domainShape, long[] inputShape) {
        long[] low = view.offset().clone();
        long[] high = view.offset().clone();
        boolean empty = Shapes.size(domainShape) == 0;
        for (int axis = 0; axis < domainShape.length && !empty; axis++) {
            int source = view.source()[axis];
            if (source < 0) {
                continue;
            }
            long first = view.step()[axis] * domainOrigin[axis];
            long last = view.step()[axis] * (domainOrigin[axis] + domainShape[axis] - 1);
            low[source] += Math.min(first, last);
            high[source] += Math.max(first, last);
        }
        long[] extent = new long[inputShape.length];
        for (int axis = 0; axis < extent.length; axis++) {
            extent[axis] = empty ? 0 : high[axis] - low[axis] + 1;
            low[axis] = empty ? 0 : low[axis];
        }
        return new InputBox(low, extent);
    }

    long size() {
        return Shapes.size(extent);
    }

    /** The one chunk of {@code grid} that holds this box, -1 if it spans several. */
    int chunkOf(ChunkGrid grid) {
        int[] position = new int[extent.length];
        for (int axis = 0; axis < extent.length; axis++) {
            position[axis] = grid.locate(axis, origin[axis]);
            if (extent[axis] > 0
                    && grid.locate(axis, origin[axis] + extent[axis] - 1) != position[axis]) {
                return -1;
            }
        }
        return grid.chunkAt(position);
    }

    /** The chunks of {@code grid} that hold a part of this box, which is not empty; ascending. */
    int[] chunksOf(ChunkGrid grid) {
        int[] chunks = {0};
        for (int axis = 0; axis < extent.length; axis++) {
            int first = grid.locate(axis, origin[axis]);
            int last = grid.locate(axis, origin[axis] + extent[axis] - 1);
            int[] longer = new int[chunks.length * (last - first + 1)];
            int count = 0;
            for (int chunk : chunks) {
                for (int position = first; position <= last; position++) {
                    longer[count++] = chunk * grid.count(axis) + position;
                }
            }
            chunks = longer;
        }
        return chunks;
    }

    /**
     * Where a loop finds its elements: in chunk {@code home} of {@code grid}, or, if the grid is
     * null, in a dense copy of this box.
     */
    LoopGeometry.Placement placement(View view, long[] domainOrigin, ChunkGrid grid, int home) {
        long[] start = grid == null ? origin : grid.origin(home);
        long[] strides = Shapes.strides(grid == null ? extent : grid.chunkShape(home));
        long base = 0;
        for (int axis = 0; axis < start.length; axis++) {
            base += (view.offset()[axis] - start[axis]) * strides[axis];
        }
        long[] step = new long[domainOrigin.length];
        for (int axis = 0; axis < step.length; axis++) {
            int source = view.source()[axis];
            if (source >= 0) {
                step[axis] = view.step()[axis] * strides[source];
                base += step[axis] * domainOrigin[axis];
            }
        }
        return new LoopGeometry.Placement(base, step);
    }
}
