package io.tharsis.engine.functions.indexing;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Inputs: indices, int64 of any shape, negative ones counted from the end; a 1-d table. Each
 * element is the table's at that index.
 */
public record LookUp() implements ChunkFunction {
    @Override
    public String name() {
        return "lookUp";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.PerElement();
    }

    @Override
    public void apply(Call call) {
        Block table = call.input(1);
        MemorySegment indices = call.input(0).segment();
        MemorySegment from = table.segment();
        MemorySegment to = call.output().segment();
        long length = table.shape()[0];
        int width = table.dtype().byteSize();
        Elements.parallelRows(
                call,
                call.input(0).size(),
                Long.BYTES,
                (first, end) -> {
                    for (long i = first; i < end; i++) {
                        long index = indices.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i);
                        Elements.copy(
                                from,
                                Elements.position(index, 0, length) * width,
                                to,
                                i * width,
                                width);
                    }
                });
    }
}
