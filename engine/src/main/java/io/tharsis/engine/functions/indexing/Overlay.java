package io.tharsis.engine.functions.indexing;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.engine.graph.Shapes;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Inputs: x; a value that broadcasts to the selection. The output is x with the selected elements
 * replaced.
 *
 * @param walks which positions are selected, one entry for each axis of x, at least one
 * @param selectedRank rank of the selection, to which the value broadcasts
 */
public record Overlay(List<Walk> walks, int selectedRank) implements ChunkFunction {
    public Overlay {
        walks = List.copyOf(walks);
    }

    /**
     * Positions {@code start + step * k} of an axis, 0 &lt;= k &lt; {@code count}; k is the
     * position on axis {@code selected} of the selection, or 0 if that is -1.
     */
    public record Walk(long start, long step, long count, int selected) {
        /**
         * The least k at or beyond {@code from} in walking order: a position of the axis within the
         * box.
         */
        private long firstWithin(long from, long end) {
            long k =
                    step > 0
                            ? Math.ceilDiv(from - start, step)
                            : Math.ceilDiv(start - (end - 1), -step);
            return Math.max(k, 0);
        }

        private long lastWithin(long from, long end) {
            long k =
                    step > 0
                            ? Math.floorDiv(end - 1 - start, step)
                            : Math.floorDiv(start - from, -step);
            return Math.min(k, count - 1);
        }
    }

    @Override
    public String name() {
        return "setSlice";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.PerElement();
    }

    @Override
    public void apply(Call call) {
        Block x = call.input(0);
        MemorySegment to = call.output().segment();
        long[] shape = x.shape();
        long slabBytes = Elements.product(shape, 1, shape.length) * x.dtype().byteSize();
        Elements.parallelRows(
                call,
                shape[0],
                slabBytes,
                (first, end) -> {
                    MemorySegment.copy(
                            x.segment(),
                            first * slabBytes,
                            to,
                            first * slabBytes,
                            (end - first) * slabBytes);
                    overlay(x, call.input(1), to, first, end);
                });
    }

    /**
     * Writes the selected elements that lie in the box of {@code x}, between positions {@code
     * first} and {@code end} of axis 0.
     */
    private void overlay(Block x, Block value, MemorySegment to, long first, long end) {
        int rank = walks.size();
        int width = x.dtype().byteSize();
        long[] valueStride = LinearIndex.broadcastStrides(value.shape(), selectedRank);
        long[] targetStride = Shapes.strides(x.shape());
        long[] origin = new long[rank];
        long[] fromStep = new long[rank];
        long[] toStep = new long[rank];
        long[] counts = new long[rank];
        long toBase = 0;
        for (int axis = 0; axis < rank; axis++) {
            Walk walk = walks.get(axis);
            long low = x.origin()[axis] + (axis == 0 ? first : 0);
            long high = x.origin()[axis] + (axis == 0 ? end : x.shape()[axis]);
            origin[axis] = walk.firstWithin(low, high);
            counts[axis] = walk.lastWithin(low, high) - origin[axis] + 1;
            if (counts[axis] <= 0) {
                return;
            }
            fromStep[axis] = walk.selected() < 0 ? 0 : valueStride[walk.selected()] * width;
            toStep[axis] = walk.step() * targetStride[axis] * width;
            toBase += (walk.start() - x.origin()[axis]) * targetStride[axis] * width;
        }
        int last = rank - 1;
        var rows = new Rows(counts, 0);
        long rowCount = Rows.count(counts);
        for (long row = 0; row < rowCount; row++, rows.next()) {
            long from = rows.dot(origin, fromStep) + origin[last] * fromStep[last];
            long target = toBase + rows.dot(origin, toStep) + origin[last] * toStep[last];
            Elements.copy(
                    value.segment(),
                    from,
                    fromStep[last],
                    to,
                    target,
                    toStep[last],
                    counts[last],
                    width);
        }
    }
}
