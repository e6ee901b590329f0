package io.tharsis.engine.functions;

import io.tharsis.engine.graph.ChunkSource;
import io.tharsis.engine.storage.Boxes;

import java.lang.foreign.MemorySegment;

/**
 * A dense row-major array of the user's, on the heap or off. It is read while the tensor is made
 * and never again, so its owner may change or free it afterwards. Equal to itself alone.
 */
public final class ArraySource implements ChunkSource {
    private final MemorySegment values;
    private final long[] arrayShape;
    private final int width;

    /**
     * @param values the elements in native byte order
     * @param width bytes of one element
     */
    public ArraySource(MemorySegment values, long[] shape, int width) {
        this.values = values;
        this.arrayShape = shape;
        this.width = width;
    }

    @Override
    public String name() {
        return "array";
    }

    @Override
    public void read(long[] origin, long[] shape, MemorySegment target) {
        Boxes.copy(width, shape, values, arrayShape, origin, target, shape, new long[shape.length]);
    }
}
