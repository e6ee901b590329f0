package io.tharsis.engine.storage;

import io.tharsis.engine.graph.Shapes;

import java.lang.foreign.MemorySegment;

/** Copies boxes between dense row-major arrays, on the heap or off. */
public final class Boxes {
    private Boxes() {}

    /** A run of elements that is contiguous on both sides; offsets count elements. */
    @FunctionalInterface
    public interface Run {
        void accept(long sourceIndex, long targetIndex, long count);
    }

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
        forEachRun(
                box,
                sourceShape,
                sourceOrigin,
                targetShape,
                targetOrigin,
                (from, to, count) ->
                        MemorySegment.copy(
                                source, from * width, target, to * width, count * width));
    }

    /** Calls {@code run} for the longest runs that make up a box, in row-major order. */
    public static void forEachRun(
            long[] box,
            long[] sourceShape,
            long[] sourceOrigin,
            long[] targetShape,
            long[] targetOrigin,
            Run run) {
        if (Shapes.size(box) == 0) {
            return;
        }
        int outer = box.length;
        long count = 1;
        // axes that are whole on both sides make one run, and so does the axis before them
        while (outer > 0) {
            outer--;
            count *= box[outer];
            if (box[outer] != sourceShape[outer] || box[outer] != targetShape[outer]) {
                break;
            }
        }
        long[] sourceStrides = Shapes.strides(sourceShape);
        long[] targetStrides = Shapes.strides(targetShape);
        long from = offset(sourceOrigin, sourceStrides);
        long to = offset(targetOrigin, targetStrides);
        long[] index = new long[outer];
        while (true) {
            run.accept(from, to, count);
            int axis = outer - 1;
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

    /**
     * Copies every chunk of {@code stored}, of which the caller holds a count, into one dense array
     * of exactly its size.
     */
    public static void gather(Stored stored, MemorySegment target) {
        ChunkGrid grid = stored.grid();
        int width = stored.dtype().byteSize();
        for (int chunk = 0; chunk < grid.chunkCount(); chunk++) {
            long[] shape = grid.chunkShape(chunk);
            long[] origin = grid.origin(chunk);
            stored.read(
                    chunk,
                    memory -> {
                        copy(
                                width,
                                shape,
                                memory,
                                shape,
                                new long[shape.length],
                                target,
                                stored.shape(),
                                origin);
                        return null;
                    });
        }
    }
}
