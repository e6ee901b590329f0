package io.tharsis.engine.functions.indexing;

import io.tharsis.ShapeException;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Shapes;

import java.lang.foreign.MemorySegment;

/**
 * Inputs: x; a mask over its leading axes; values, which lie along one axis in place of the mask's.
 * The output is x, with the i-th part where the mask is true, in row-major order, replaced by the
 * i-th value; there must be as many values as true elements.
 */
public record FillMasked() implements ChunkFunction {
    @Override
    public String name() {
        return "setMask";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    @Override
    public void apply(Call call) {
        Block x = call.input(0);
        Block mask = call.input(1);
        Block values = call.input(2);
        var blocks = new MaskBlocks(call, mask.segment(), mask.size());
        if (blocks.count() != values.shape()[0]) {
            throw new ShapeException(
                    "cannot set "
                            + blocks.count()
                            + " places where the mask of shape "
                            + Shapes.text(mask.shape())
                            + " is true from values of shape "
                            + Shapes.text(values.shape()));
        }
        MemorySegment to = call.output().segment();
        Elements.parallelRows(
                call,
                x.segment().byteSize(),
                1,
                (from, end) -> MemorySegment.copy(x.segment(), from, to, from, end - from));
        long rowBytes =
                Elements.product(x.shape(), mask.shape().length, x.shape().length)
                        * x.dtype().byteSize();
        blocks.forEachTrue(
                call,
                (position, number) ->
                        Elements.copy(
                                values.segment(),
                                number * rowBytes,
                                to,
                                position * rowBytes,
                                rowBytes));
    }
}
