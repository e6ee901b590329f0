package io.tharsis.engine.functions.indexing;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.lang.foreign.MemorySegment;

/**
 * Inputs: x; a mask over its leading axes. The output has one axis in place of the mask's, along
 * which lie the parts of x where the mask is true, in row-major order; how many, only a run can
 * tell.
 */
public record Compress() implements ChunkFunction {
    @Override
    public String name() {
        return "mask";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    @Override
    public void apply(Call call) {
        Block x = call.input(0);
        Block mask = call.input(1);
        int rank = mask.shape().length;
        long[] shape = new long[x.shape().length - rank + 1];
        System.arraycopy(x.shape(), rank, shape, 1, shape.length - 1);
        long rowBytes = Elements.product(shape, 1, shape.length) * x.dtype().byteSize();
        var blocks = new MaskBlocks(call, mask.segment(), mask.size());
        shape[0] = blocks.count();
        MemorySegment from = x.segment();
        MemorySegment to = call.allocate(x.dtype(), shape).segment();
        blocks.forEachTrue(
                call,
                (position, number) ->
                        Elements.copy(from, position * rowBytes, to, number * rowBytes, rowBytes));
    }
}
