package io.tharsis.engine.functions;

import io.tharsis.ShapeException;
import io.tharsis.Slice;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.graph.View;

import java.util.Arrays;

/**
 * An index expression applied to a shape: which elements it walks, and the shape of the result.
 *
 * @param shape lengths of the result
 */
record Selection(View view, long[] shape) {

    /**
     * Applies {@code slices} to {@code from} by NumPy's rules.
     *
     * @throws ShapeException for a position out of range, more entries than axes, or a second
     *     ellipsis
     */
    static Selection of(long[] from, Slice... slices) {
        int walked = 0;
        int added = 0;
        int dropped = 0;
        int ellipses = 0;
        for (Slice slice : slices) {
            switch (slice) {
                case Slice.At _ -> {
                    walked++;
                    dropped++;
                }
                case Slice.Range _ -> walked++;
                case Slice.Mark mark -> {
                    if (mark == Slice.ELLIPSIS) {
                        ellipses++;
                    } else {
                        added++;
                    }
                }
            }
        }
        if (ellipses > 1) {
            throw new ShapeException(
                    "index "
                            + Arrays.toString(slices)
                            + " has "
                            + ellipses
                            + " ellipses; one at most has a meaning");
        }
        if (walked > from.length) {
            throw new ShapeException(
                    "index "
                            + Arrays.toString(slices)
                            + " is for "
                            + walked
                            + " axes, but shape "
                            + Shapes.text(from)
                            + " has "
                            + from.length);
        }
        int rank = from.length - dropped + added;
        var builder =
                new Builder(
                        from,
                        new View(new int[rank], new long[rank], new long[from.length]),
                        new long[rank]);
        for (Slice slice : slices) {
            if (slice == Slice.ELLIPSIS) {
                builder.whole(from.length - walked);
            } else {
                builder.add(slice);
            }
        }
        builder.whole(from.length - builder.axis);
        return new Selection(builder.view, builder.shape);
    }

    private static final class Builder {
        private final long[] from;
        private final View view;
        private final long[] shape;
        private int axis;
        private int k;

        Builder(long[] from, View view, long[] shape) {
            this.from = from;
            this.view = view;
            this.shape = shape;
        }

        void whole(int axes) {
            for (int i = 0; i < axes; i++) {
                add(Slice.all());
            }
        }

        void add(Slice slice) {
            switch (slice) {
                case Slice.At(long index) -> {
                    view.offset()[axis] = position(index, axis, from);
                    axis++;
                }
                case Slice.Range range -> {
                    long length = from[axis];
                    long count = range.count(length);
                    shape[k] = count;
                    view.source()[k] = axis;
                    view.step()[k++] = count <= 1 ? 1 : range.step();
                    view.offset()[axis++] = range.first(length);
                }
                case Slice.Mark _ -> {
                    shape[k] = 1;
                    view.source()[k++] = -1;
                }
            }
        }
    }

    private static long position(long index, int axis, long[] shape) {
        long length = shape[axis];
        if (index < -length || index >= length) {
            throw outOfRange(index, axis, length);
        }
        return index < 0 ? index + length : index;
    }

    private static ShapeException outOfRange(long index, int axis, long length) {
        return new ShapeException(
                "index " + index + " is out of range for axis " + axis + " of length " + length);
    }
}
