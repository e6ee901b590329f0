package io.tharsis.engine.functions.indexing;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Shapes;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Inputs: indices, int64, negative ones counted from the end; x, of the same shape but for {@code
 * axis}. Each element is that of x at the same place, save that its position on {@code axis} is the
 * index.
 */
public record TakeAlong(int axis) implements ChunkFunction {
    @Override
    public String name() {
        return "takeAlongAxis";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.PerElement();
    }

    @Override
    public void apply(Call call) {
        Block box = call.input(0);
        Block x = call.input(1);
        MemorySegment from = x.segment();
        MemorySegment to = call.output().segment();
        long[] shape = box.shape();
        int last = shape.length - 1;
        long length = x.shape()[axis];
        int width = x.dtype().byteSize();
        long[] stride = Shapes.strides(x.shape());
        long axisStride = stride[axis];
        stride[axis] = 0;
        long lastStride = stride[last];
        long rowLength = Rows.length(shape);
        Elements.parallelRows(
                call,
                Rows.count(shape),
                rowLength * Long.BYTES,
                (first, end) -> {
                    var rows = new Rows(shape, first);
                    for (long row = first; row < end; row++, rows.next()) {
                        long base =
                                rows.dot(box.origin(), stride) + box.origin()[last] * lastStride;
                        for (long i = 0; i < rowLength; i++) {
                            long place = row * rowLength + i;
                            long index =
                                    box.segment()
                                            .getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, place);
                            long source =
                                    base
                                            + i * lastStride
                                            + Elements.position(index, axis, length) * axisStride;
                            Elements.copy(from, source * width, to, place * width, width);
                        }
                    }
                });
    }
}
