package io.tharsis.engine.functions.indexing;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Inputs: x; indices along one axis, 1-d int64, negative ones counted from the end. Position j of
 * {@code axis} in the output is position {@code indices[j]} of x.
 */
public record Take(int axis) implements ChunkFunction {
    @Override
    public String name() {
        return "take";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(axis);
    }

    @Override
    public void apply(Call call) {
        Block x = call.input(0);
        MemorySegment indices = call.input(1).segment();
        MemorySegment from = x.segment();
        MemorySegment to = call.output().segment();
        long length = x.shape()[axis];
        long count = call.input(1).size();
        long outer = Elements.product(x.shape(), 0, axis);
        long rowBytes =
                Elements.product(x.shape(), axis + 1, x.shape().length) * x.dtype().byteSize();
        Elements.parallelRows(
                call,
                outer * count,
                rowBytes,
                (first, end) -> {
                    long o = first / count;
                    long j = first % count;
                    for (long row = first; row < end; row++) {
                        long index = indices.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, j);
                        long position = Elements.position(index, axis, length);
                        Elements.copy(
                                from,
                                (o * length + position) * rowBytes,
                                to,
                                row * rowBytes,
                                rowBytes);
                        if (++j == count) {
                            j = 0;
                            o++;
                        }
                    }
                });
    }
}
