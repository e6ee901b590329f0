package io.tharsis.engine.storage;

import io.tharsis.ShapeException;
import io.tharsis.engine.graph.Shapes;

import java.util.Arrays;

/**
 * Where a tensor is cut: for each axis the offsets of its cuts, from 0 to the axis' length. Chunks
 * are numbered row-major. An axis of length 0 has one chunk of length 0. Immutable.
 */
public final class ChunkGrid {
    /** More are not planned: each is some hundred bytes of plan. */
    static final int MOST_CHUNKS = 1 << 21;

    private final long[][] cuts;
    private final int[] counts;
    private final int chunkCount;

    private ChunkGrid(long[][] cuts) {
        this.cuts = cuts;
        this.counts = new int[cuts.length];
        long count = 1;
        for (int axis = 0; axis < cuts.length; axis++) {
            counts[axis] = cuts[axis].length - 1;
            count *= counts[axis];
            if (count > MOST_CHUNKS) {
                throw tooMany(shape());
            }
        }
        chunkCount = (int) count;
    }

    /**
     * Cuts by offsets, each axis from 0 up to its length, strictly increasing (but {@code {0, 0}}
     * for an empty axis).
     */
    public static ChunkGrid ofCuts(long[][] cuts) {
        return new ChunkGrid(cuts);
    }

    /** One chunk. */
    public static ChunkGrid whole(long... shape) {
        long[][] cuts = new long[shape.length][];
        for (int axis = 0; axis < shape.length; axis++) {
            cuts[axis] = new long[] {0, shape[axis]};
        }
        return new ChunkGrid(cuts);
    }

    /**
     * Chunks of at most {@code lengths} along each axis; a length of 0 or less, or beyond the axis,
     * leaves it whole.
     */
    public static ChunkGrid regular(long[] shape, long[] lengths) {
        if (shape.length != lengths.length) {
            throw new ShapeException(
                    "chunk lengths "
                            + Shapes.text(lengths)
                            + " do not match the rank of shape "
                            + Shapes.text(shape));
        }
        long[][] cuts = new long[shape.length][];
        for (int axis = 0; axis < shape.length; axis++) {
            long length = lengths[axis] <= 0 ? Math.max(shape[axis], 1) : lengths[axis];
            long count = Math.max(1, Math.ceilDiv(shape[axis], length));
            if (count > MOST_CHUNKS) {
                throw tooMany(shape);
            }
            cuts[axis] = new long[(int) count + 1];
            for (int i = 0; i <= count; i++) {
                cuts[axis][i] = Math.min(i * length, shape[axis]);
            }
        }
        return new ChunkGrid(cuts);
    }

    private static ShapeException tooMany(long... shape) {
        return new ShapeException(
                "shape "
                        + Shapes.text(shape)
                        + " would be cut into more than "
                        + MOST_CHUNKS
                        + " chunks; choose larger chunks (chunkBytes of the session, rechunk), or"
                        + " compute it in parts");
    }

    public int rank() {
        return cuts.length;
    }

    /** The offsets of the cuts of {@code axis}; not to be modified. */
    public long[] cuts(int axis) {
        return cuts[axis];
    }

    /** Chunks along {@code axis}. */
    public int count(int axis) {
        return counts[axis];
    }

    public int chunkCount() {
        return chunkCount;
    }

    public long[] shape() {
        long[] shape = new long[cuts.length];
        for (int axis = 0; axis < cuts.length; axis++) {
            shape[axis] = cuts[axis][cuts[axis].length - 1];
        }
        return shape;
    }

    /** The index of the first element of chunk {@code chunk}. */
    public long[] origin(int chunk) {
        long[] origin = new long[cuts.length];
        for (int axis = cuts.length - 1; axis >= 0; axis--) {
            origin[axis] = cuts[axis][chunk % counts[axis]];
            chunk /= counts[axis];
        }
        return origin;
    }

    /** The lengths of chunk {@code chunk}. */
    public long[] chunkShape(int chunk) {
        long[] shape = new long[cuts.length];
        for (int axis = cuts.length - 1; axis >= 0; axis--) {
            int i = chunk % counts[axis];
            shape[axis] = cuts[axis][i + 1] - cuts[axis][i];
            chunk /= counts[axis];
        }
        return shape;
    }

    /** The number of the chunk at {@code position}, a chunk index along each axis. */
    public int chunkAt(int... position) {
        int chunk = 0;
        for (int axis = 0; axis < cuts.length; axis++) {
            chunk = chunk * counts[axis] + position[axis];
        }
        return chunk;
    }

    /** Which chunk along {@code axis} holds element {@code index}. */
    public int locate(int axis, long index) {
        int found = Arrays.binarySearch(cuts[axis], index);
        int position = found >= 0 ? found : -found - 2;
        return Math.min(position, counts[axis] - 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkGrid that && Arrays.deepEquals(cuts, that.cuts);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(cuts);
    }

    /** The lengths along each axis, as {@code (3x128 + 16, 640)}. */
    @Override
    public String toString() {
        var text = new StringBuilder("(");
        for (int axis = 0; axis < cuts.length; axis++) {
            text.append(axis > 0 ? ", " : "");
            long previous = -1;
            int run = 0;
            boolean first = true;
            int groups = 0;
            for (int i = 0; i <= counts[axis]; i++) {
                long length = i == counts[axis] ? -1 : cuts[axis][i + 1] - cuts[axis][i];
                if (length != previous && run > 0) {
                    if (++groups > 4) {
                        text.append(" + ...");
                        break;
                    }
                    text.append(first ? "" : " + ")
                            .append(run > 1 ? run + "x" : "")
                            .append(previous);
                    first = false;
                    run = 0;
                }
                previous = length;
                run++;
            }
        }
        return text.append(')').toString();
    }
}
