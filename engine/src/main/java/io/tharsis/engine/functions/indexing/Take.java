package io.tharsis.engine.functions.indexing;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;

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
                    for (long row = first; row < end; ) {
                        long j = row % count;
                        long some = Math.min(end - row, count - j);
                        long source = row / count * length * rowBytes;
                        Elements.gather(
                                from,
                                source,
                                indices,
                                j,
                                some,
                                axis,
                                length,
                                to,
                                row * rowBytes,
                                rowBytes);
                        row += some;
                    }
                });
    }
}
