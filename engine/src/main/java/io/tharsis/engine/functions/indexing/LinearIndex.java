package io.tharsis.engine.functions.indexing;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Shapes;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Inputs: for each of several axes the indices along it, int64, negative ones counted from the end;
 * all broadcast to the shape of the first. The output is the row-major position of each tuple of
 * indices in a box of those axes.
 *
 * @param lengths of the axes; not to be modified
 * @param firstAxis the number of the first of the axes, for messages: the others follow it
 */
public record LinearIndex(long[] lengths, int firstAxis) implements ChunkFunction {
    @Override
    public String name() {
        return "linearIndex";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.PerElement();
    }

    @Override
    public void apply(Call call) {
        Block box = call.input(0);
        long[] shape = box.shape();
        MemorySegment to = call.output().segment();
        long[] weight = Shapes.strides(lengths);
        long rowLength = Rows.length(shape);
        Elements.parallelRows(
                call,
                Rows.count(shape),
                rowLength * Long.BYTES,
                (first, end) -> {
                    for (int axis = 0; axis < lengths.length; axis++) {
                        Block indices = call.input(axis);
                        long[] origin = axis == 0 ? new long[shape.length] : box.origin();
                        long[] stride =
                                axis == 0
                                        ? Shapes.strides(shape)
                                        : broadcastStrides(indices.shape(), shape.length);
                        var rows = new Rows(shape, first);
                        long lastStride = shape.length == 0 ? 0 : stride[shape.length - 1];
                        long lastOrigin =
                                shape.length == 0 ? 0 : origin[shape.length - 1] * lastStride;
                        for (long row = first; row < end; row++, rows.next()) {
                            long base = rows.dot(origin, stride) + lastOrigin;
                            for (long i = 0; i < rowLength; i++) {
                                long index =
                                        indices.segment()
                                                .getAtIndex(
                                                        ValueLayout.JAVA_LONG_UNALIGNED,
                                                        base + i * lastStride);
                                long part =
                                        Elements.position(index, firstAxis + axis, lengths[axis])
                                                * weight[axis];
                                long place = row * rowLength + i;
                                long sum =
                                        axis == 0
                                                ? part
                                                : to.getAtIndex(
                                                                ValueLayout.JAVA_LONG_UNALIGNED,
                                                                place)
                                                        + part;
                                to.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, place, sum);
                            }
                        }
                    }
                });
    }

    /**
     * Strides in elements with which a dense array of {@code from} is read as a broadcast one of
     * {@code rank}.
     */
    static long[] broadcastStrides(long[] from, int rank) {
        long[] strides = Shapes.strides(from);
        long[] result = new long[rank];
        for (int k = 0; k < from.length; k++) {
            result[rank - from.length + k] = from[k] == 1 ? 0 : strides[k];
        }
        return result;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LinearIndex that
                && Arrays.equals(lengths, that.lengths)
                && firstAxis == that.firstAxis;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(lengths) + firstAxis;
    }

    @Override
    public String toString() {
        return name() + Shapes.text(lengths);
    }
}
