package io.tharsis.engine.reference;

import io.tharsis.DType;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.engine.storage.Stored;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One dense chunk in memory that the collector frees; retain and release have nothing to do. */
record ReferenceStored(DType dtype, long[] shape, MemorySegment segment) implements Stored {

    static ReferenceStored allocate(DType dtype, long... shape) {
        long byteSize = Math.max(1, Shapes.size(shape) * dtype.byteSize());
        return new ReferenceStored(dtype, shape, Arena.ofAuto().allocate(byteSize, 64));
    }

    /** A dense copy of any stored tensor. */
    static ReferenceStored copyOf(Stored stored) {
        ReferenceStored copy = allocate(stored.dtype(), stored.shape());
        ChunkGrid grid = stored.grid();
        long[] strides = Shapes.strides(stored.shape());
        int width = stored.dtype().byteSize();
        for (int chunk = 0; chunk < grid.chunkCount(); chunk++) {
            long[] origin = grid.origin(chunk);
            long[] shape = grid.chunkShape(chunk);
            long size = Shapes.size(shape);
            MemorySegment source = stored.chunk(chunk);
            for (long p = 0; p < size; p++) {
                long rest = p;
                long target = 0;
                for (int axis = shape.length - 1; axis >= 0; axis--) {
                    target += (origin[axis] + rest % shape[axis]) * strides[axis];
                    rest /= shape[axis];
                }
                MemorySegment.copy(source, p * width, copy.segment, target * width, width);
            }
        }
        return copy;
    }

    @Override
    public ChunkGrid grid() {
        return ChunkGrid.whole(shape);
    }

    @Override
    public MemorySegment chunk(int chunk) {
        return segment;
    }

    @Override
    public boolean retain() {
        return true;
    }

    @Override
    public void release() {
        // the collector frees it
    }

    @Override
    public long byteSize() {
        return Shapes.size(shape) * dtype.byteSize();
    }
}
