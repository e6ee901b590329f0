package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.DTypeException;
import io.tharsis.ShapeException;
import io.tharsis.engine.chunked.ArgBlocks;
import io.tharsis.engine.chunked.ArgExtreme;
import io.tharsis.engine.chunked.ArgOfBlocks;
import io.tharsis.engine.chunked.Nonzero;
import io.tharsis.engine.chunked.SearchSorted;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.util.stream.IntStream;

/** Where elements are: extremes, places in a sorted array, non-zeros. All positions are int64. */
public final class Searching {
    private Searching() {}

    /**
     * The first largest element along {@code axis}, the first NaN if there is one; an empty axis is
     * a ShapeException.
     */
    public static Operand argmax(Operand x, int axis, boolean keepDims) {
        return extreme(true, x, axis, keepDims, false);
    }

    /** The first largest of all elements, as a position in row-major order; rank 0. */
    public static Operand argmaxFlat(Operand x) {
        return argmax(Chunks.flat(x), 0, false);
    }

    /**
     * The first smallest element along {@code axis}, the first NaN if there is one; an empty axis
     * is a ShapeException.
     */
    public static Operand argmin(Operand x, int axis, boolean keepDims) {
        return extreme(false, x, axis, keepDims, false);
    }

    /** The first smallest of all elements, as a position in row-major order; rank 0. */
    public static Operand argminFlat(Operand x) {
        return argmin(Chunks.flat(x), 0, false);
    }

    /**
     * The first largest element along {@code axis} that is not NaN; an empty axis is a
     * ShapeException, and a line of nothing but NaNs a TharsisException when run.
     */
    public static Operand nanArgmax(Operand x, int axis, boolean keepDims) {
        return extreme(true, x, axis, keepDims, true);
    }

    /** {@link #nanArgmax} of all elements, as a position in row-major order; rank 0. */
    public static Operand nanArgmaxFlat(Operand x) {
        return nanArgmax(Chunks.flat(x), 0, false);
    }

    /**
     * The first smallest element along {@code axis} that is not NaN; errors as of {@link
     * #nanArgmax}.
     */
    public static Operand nanArgmin(Operand x, int axis, boolean keepDims) {
        return extreme(false, x, axis, keepDims, true);
    }

    /** {@link #nanArgmin} of all elements, as a position in row-major order; rank 0. */
    public static Operand nanArgminFlat(Operand x) {
        return nanArgmin(Chunks.flat(x), 0, false);
    }

    private static Operand extreme(
            boolean largest, Operand x, int axis, boolean keepDims, boolean ignoreNan) {
        var function = new ArgExtreme(largest, Shapes.axis(axis, x.shape()), ignoreNan);
        long[] shape = Chunks.withLength(x.shape(), function.axis(), 1);
        function.requireElements(x.shape());
        long length = x.shape()[function.axis()];
        boolean isLong = length > ArgExtreme.LONG_LINE && length == Shapes.size(x.shape());
        Operand result =
                isLong
                        ? Shaping.reshape(ofBlocks(function, Chunks.flat(x)), shape)
                        : Chunks.apply(function, DType.INT64, shape, x);
        return keepDims ? result : Chunks.dropAxis(result, function.axis());
    }

    /** Of one axis that is taken block by block, so that it need not be in memory. */
    private static Operand ofBlocks(ArgExtreme function, Operand x) {
        long length = x.shape()[0];
        long[] results = {Math.ceilDiv(length, ArgBlocks.ROWS) * ArgBlocks.RESULTS};
        Operand blocks = Chunks.apply(new ArgBlocks(function), DType.INT64, results, x);
        return Chunks.apply(
                new ArgOfBlocks(function, x.dtype(), length), DType.INT64, new long[] {1}, blocks);
    }

    /**
     * Where each element of {@code values} belongs in {@code sorted}, in the shape of {@code
     * values}; NumPy's {@code searchsorted}.
     *
     * @param sorted one ascending axis, of the same dtype as {@code values}
     * @param right whether to answer the place after equal elements instead of the one before them
     */
    public static Operand searchSorted(Operand sorted, Operand values, boolean right) {
        if (sorted.rank() != 1) {
            throw new ShapeException(
                    "searchSorted wants one sorted axis, but the sorted tensor has shape "
                            + Shapes.text(sorted.shape())
                            + "; ravel it");
        }
        if (sorted.dtype() != values.dtype()) {
            throw new DTypeException(
                    "searchSorted of "
                            + values.dtype()
                            + " values in "
                            + sorted.dtype()
                            + ": cast both to one dtype first");
        }
        return Chunks.apply(new SearchSorted(right), DType.INT64, values.shape(), values, sorted);
    }

    /**
     * The bin of each element between ascending edges: 0 below the first, as many as there are
     * edges beyond the last; NumPy's {@code digitize} of ascending bins.
     *
     * @param right whether a bin holds its right edge instead of its left
     */
    public static Operand digitize(Operand x, Operand ascendingEdges, boolean right) {
        return searchSorted(ascendingEdges, x, !right);
    }

    /**
     * The indices of the elements that are not zero, one tensor for each axis; their length is
     * known when run.
     */
    public static Operand[] nonzero(Operand x) {
        if (x.rank() == 0) {
            throw new ShapeException(
                    "nonzero of shape () has no axis to index; reshape it to (1,) first");
        }
        return IntStream.range(0, x.rank())
                .mapToObj(axis -> nonzero(x, axis))
                .toArray(Operand[]::new);
    }

    /** The row-major positions of the elements that are not zero. */
    public static Operand flatNonzero(Operand x) {
        return nonzero(x, Nonzero.FLAT);
    }

    private static Operand nonzero(Operand x, int axis) {
        return Chunks.apply(new Nonzero(axis), DType.INT64, new long[] {Shapes.UNKNOWN}, x);
    }
}
