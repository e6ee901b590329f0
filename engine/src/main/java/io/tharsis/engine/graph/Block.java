package io.tharsis.engine.graph;

import io.tharsis.DType;

import java.lang.foreign.MemorySegment;

/**
 * A dense row-major array in memory, as chunk functions see one.
 *
 * <p>Valid during the call that got it; the memory belongs to the engine, any thread may touch it.
 * Inputs must not be written.
 *
 * @param segment exactly the block's bytes, native byte order, aligned at least to the element size
 * @param origin index of the block's first element in its tensor
 */
public record Block(MemorySegment segment, DType dtype, long[] shape, long[] origin) {
    /** Elements. */
    public long size() {
        return Shapes.size(shape);
    }
}
