package io.tharsis.engine.tile;

import io.tharsis.kernels.ir.Program;

/**
 * The tree of a fold over all elements of a matrix, a function of its shape alone. The matrix is
 * cut into tiles of {@link #TILE} by {@code TILE}, a tile into bands of {@link #BAND} rows. In a
 * band each row has {@link Program#FOLD_LANES} accumulators, and element c of it goes to
 * accumulator {@code c % FOLD_LANES}, in order; then all accumulators of the band halve: q takes q
 * + p with p the largest power of two below their number, then q + p / 2, ..., q + 1. (So a band of
 * whole rows is a block of {@link FoldTree}.) The bands of a tile, and then the tiles in row-major
 * order, are combined pairwise: {@code tree(0, K) = op(tree(0, p), tree(p, K))}, p the largest
 * power of two below K.
 *
 * <p>Moments are those of a band, each sum by that tree, first the sum for the mean, then the sum
 * of squared distances; bands and tiles are combined by T. Chan, G. Golub, R. LeVeque, Updating
 * formulae and a pairwise algorithm for computing sample variances, 1979.
 */
public final class TileTree {
    /** Rows and columns of a tile. */
    public static final int TILE = Program.FOLD_BLOCK;

    /** Rows of a band. */
    public static final int BAND = FoldTree.LANE_BLOCK / TILE;

    /** Longs of one value: the bits of a lane, or of count, mean and squares. */
    public static final int WIDTH = 3;

    private TileTree() {}

    /** Writes {@code op(a, b)}; each value is {@link #WIDTH} longs at its offset. */
    public interface Combiner {
        void combine(long[] values, int into, int from);
    }

    /** Folds values {@code from} to {@code to} of a table into the first of them. */
    public static void fold(long[] values, int from, int to, Combiner combiner) {
        int count = to - from;
        if (count < 2) {
            return;
        }
        int left = Integer.highestOneBit(count - 1);
        fold(values, from, from + left, combiner);
        fold(values, from + left, to, combiner);
        combiner.combine(values, from * WIDTH, (from + left) * WIDTH);
    }

    /** Count, mean and squares of two parts as those of the whole. */
    public static void combineMoments(long[] values, int into, int from) {
        double count = Double.longBitsToDouble(values[into]);
        double mean = Double.longBitsToDouble(values[into + 1]);
        double squares = Double.longBitsToDouble(values[into + 2]);
        double otherCount = Double.longBitsToDouble(values[from]);
        double distance = Double.longBitsToDouble(values[from + 1]) - mean;
        double whole = count + otherCount;
        double part = otherCount / whole;
        values[into] = Double.doubleToRawLongBits(whole);
        values[into + 1] = Double.doubleToRawLongBits(mean + distance * part);
        values[into + 2] =
                Double.doubleToRawLongBits(
                        squares
                                + Double.longBitsToDouble(values[from + 2])
                                + distance * distance * (count * part));
    }
}
