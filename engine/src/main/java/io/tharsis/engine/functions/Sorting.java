package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.engine.chunked.Argsort;
import io.tharsis.engine.chunked.Sort;
import io.tharsis.engine.chunked.Unique;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

/** Sorted values, sorted orders, distinct values. NaN sorts last; all dtypes. */
public final class Sorting {
    private Sorting() {}

    /** Ascending along {@code axis}; NumPy's {@code sort(x, axis)}. */
    public static Operand sort(Operand x, int axis) {
        return Chunks.apply(new Sort(Shapes.axis(axis, x.shape())), x.dtype(), x.shape(), x);
    }

    /** All elements ascending, in one axis; NumPy's {@code sort(x, axis=None)}. */
    public static Operand sortFlat(Operand x) {
        return sort(Chunks.flat(x), 0);
    }

    /**
     * The positions that sort along {@code axis}, int64; equal elements keep their order ({@code
     * kind='stable'}).
     */
    public static Operand argsort(Operand x, int axis) {
        return Chunks.apply(new Argsort(Shapes.axis(axis, x.shape())), DType.INT64, x.shape(), x);
    }

    /** The positions that sort all elements, in one axis. */
    public static Operand argsortFlat(Operand x) {
        return argsort(Chunks.flat(x), 0);
    }

    /** The distinct elements, ascending; all NaNs are one. The length is known when run. */
    public static Operand unique(Operand x) {
        return Chunks.apply(
                new Unique(Unique.Part.VALUES), x.dtype(), new long[] {Shapes.UNKNOWN}, x);
    }

    /** How often each element of {@link #unique} occurs, int64. */
    public static Operand uniqueCounts(Operand x) {
        return Chunks.apply(
                new Unique(Unique.Part.COUNTS), DType.INT64, new long[] {Shapes.UNKNOWN}, x);
    }

    /** The row-major position at which each element of {@link #unique} occurs first, int64. */
    public static Operand uniqueIndex(Operand x) {
        return Chunks.apply(
                new Unique(Unique.Part.INDEX), DType.INT64, new long[] {Shapes.UNKNOWN}, x);
    }

    /**
     * For each element of {@code x}, in its shape, the position of its value in {@link #unique},
     * int64.
     */
    public static Operand uniqueInverse(Operand x) {
        return Chunks.apply(new Unique(Unique.Part.INVERSE), DType.INT64, x.shape(), x);
    }
}
