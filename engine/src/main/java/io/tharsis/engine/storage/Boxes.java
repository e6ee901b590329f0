package io.tharsis.engine.storage;

import io.tharsis.engine.graph.Shapes;
import java.lang.foreign.MemorySegment;

/** Copies boxes between dense row-major arrays, on the heap or off. */
public final class Boxes {
    private Boxes() {}

    /**
     * Copies a box of {@code box} elements.
     *
     * @param width bytes of one element
     * @param sourceOrigin index in the source of the box's first element
     * @param targetOrigin index in the target of the box's first element
     */
    public static void copy(
            int width,
            long[] box,
            MemorySegment source,
            long[] sourceShape,
            long[] sourceOrigin,
            MemorySegment target,
            long[] targetShape,
            long[] targetOrigin) {
        if (Shapes.size(box) == 0) {
            return;
        }
        int inner = box.length;
        long run = 1;
        // axes that are whole on both sides make one run, and so does the axis before them
        while (inner > 0) {
            inner--;
            run *= box[inner];
            if (box[inner] != sourceShape[inner] || box[inner] != targetShape[inner]) {
                break;
            }
        }
        long[] sourceStrides = Shapes.strides(sourceShape);
        long[] targetStrides = Shapes.strides(targetShape);
        long from = offset(sourceOrigin, sourceStrides);
        long to = offset(targetOrigin, targetStrides);
        long[] index = new long[inner];
        while (true) {
            MemorySegment.copy(source, from * width, target, to * width, run * width);
            int axis = inner - 1;
            while (axis >= 0 && ++index[axis] == box[axis]) {
                from -= (box[axis] - 1) * sourceStrides[axis];
                to -= (box[axis] - 1) * targetStrides[axis];
                index[axis--] = 0;
            }
            if (axis < 0) {
                return;
            }
            from += sourceStrides[axis];
            to += targetStrides[axis];
        }
    }

    private static long offset(long[] origin, long[] strides) {
        long offset = 0;
        for (int axis = 0; axis < origin.length; axis++) {
            offset += origin[axis] * strides[axis];
        }
        return offset;
    }

    /** Copies every chunk of {@code stored}, of which the caller holds a count, into one dense array of exactly its size. */
    public static void gather(Stored stored, MemorySegment target) {
        ChunkGrid grid = stored.grid();
        int width = stored.dtype().byteSize();
        for (int chunk = 0; chunk < grid.chunkCount(); chunk++) {
            long[] shape = grid.chunkShape(chunk);
            copy(width, shape, stored.chunk(chunk), shape, new long[shape.length], target, stored.shape(), grid.origin(chunk));
        }
    }
}
