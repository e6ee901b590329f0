package io.tharsis.engine.reference;

import io.tharsis.DType;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.tile.TileTree;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;

import java.util.Arrays;

/** Folds of all elements of a matrix, tile by tile, as {@link TileTree} defines them. */
final class ReferenceTiles {
    private final ReferenceReduction reduction;

    ReferenceTiles(ReferenceReduction reduction) {
        this.reduction = reduction;
    }

    /** The value of a band, {@link TileTree#WIDTH} longs. */
    private interface Band {
        void fold(long[][] rows, long[] values, int at);
    }

    ReferenceStored fold(ReferenceStored input, FoldOp op) {
        Lane lane = input.dtype().format().lane();
        long[] value =
                tiles(
                        input,
                        (rows, values, at) -> values[at] = band(op, lane, rows),
                        (values, into, from) ->
                                values[into] =
                                        reduction.combine(op, lane, values[into], values[from]));
        ReferenceStored result = ReferenceStored.allocate(input.dtype(), Shapes.SCALAR);
        ReferenceEngine.putBits(result.segment(), input.dtype(), 0, value[0]);
        return result;
    }

    ReferenceStored moments(ReferenceStored input) {
        boolean isSingle = input.dtype() == DType.FLOAT32;
        long[] value =
                tiles(
                        input,
                        (rows, values, at) -> {
                            double[][] x =
                                    Arrays.stream(rows)
                                            .map(row -> doubles(row, isSingle))
                                            .toArray(double[][]::new);
                            double count = (double) x.length * x[0].length;
                            double mean = sum(x, 0, false) / count;
                            values[at] = Double.doubleToRawLongBits(count);
                            values[at + 1] = Double.doubleToRawLongBits(mean);
                            values[at + 2] = Double.doubleToRawLongBits(sum(x, mean, true));
                        },
                        TileTree::combineMoments);
        ReferenceStored result = ReferenceStored.allocate(DType.FLOAT64, new long[] {2});
        ReferenceEngine.putBits(result.segment(), DType.FLOAT64, 0, value[1]);
        ReferenceEngine.putBits(result.segment(), DType.FLOAT64, 1, value[2]);
        return result;
    }

    private static double[] doubles(long[] row, boolean isSingle) {
        return Arrays.stream(row)
                .mapToDouble(
                        bits ->
                                isSingle
                                        ? Float.intBitsToFloat((int) bits)
                                        : Double.longBitsToDouble(bits))
                .toArray();
    }

    private double sum(double[][] x, double mean, boolean squared) {
        long[][] terms = new long[x.length][];
        for (int r = 0; r < x.length; r++) {
            terms[r] =
                    Arrays.stream(x[r])
                            .map(v -> squared ? (v - mean) * (v - mean) : v)
                            .mapToLong(Double::doubleToRawLongBits)
                            .toArray();
        }
        return Double.longBitsToDouble(band(FoldOp.ADD, Lane.F64, terms));
    }

    private long band(FoldOp op, Lane lane, long[][] rows) {
        long[] accumulators = new long[rows.length * Program.FOLD_LANES];
        Arrays.fill(accumulators, op.identity(lane));
        for (int r = 0; r < rows.length; r++) {
            for (int c = 0; c < rows[r].length; c++) {
                int q = r * Program.FOLD_LANES + c % Program.FOLD_LANES;
                accumulators[q] =
                        c < Program.FOLD_LANES
                                ? rows[r][c]
                                : combine(op, lane, accumulators[q], rows[r][c]);
            }
        }
        return reduction.halve(op, lane, accumulators);
    }

    /** A program for one addition takes a thousand times as long as the addition. */
    private long combine(FoldOp op, Lane lane, long a, long b) {
        return op == FoldOp.ADD && lane == Lane.F64
                ? Double.doubleToRawLongBits(
                        Double.longBitsToDouble(a) + Double.longBitsToDouble(b))
                : reduction.combine(op, lane, a, b);
    }

    private long[] tiles(ReferenceStored input, Band band, TileTree.Combiner combiner) {
        int m = Math.toIntExact(input.shape()[0]);
        int n = Math.toIntExact(input.shape()[1]);
        int tile = TileTree.TILE;
        int tiles = Math.ceilDiv(m, tile) * Math.ceilDiv(n, tile);
        long[] values = new long[tiles * TileTree.WIDTH];
        int done = 0;
        for (int row = 0; row < m; row += tile) {
            for (int column = 0; column < n; column += tile) {
                int height = Math.min(tile, m - row);
                int bands = Math.ceilDiv(height, TileTree.BAND);
                long[] own = new long[bands * TileTree.WIDTH];
                for (int b = 0; b < bands; b++) {
                    int from = row + b * TileTree.BAND;
                    int to = Math.min(row + height, from + TileTree.BAND);
                    long[][] rows = new long[to - from][];
                    for (int r = from; r < to; r++) {
                        rows[r - from] = new long[Math.min(tile, n - column)];
                        for (int c = 0; c < rows[r - from].length; c++) {
                            rows[r - from][c] =
                                    ReferenceEngine.bits(
                                            input.segment(),
                                            input.dtype(),
                                            (long) r * n + column + c);
                        }
                    }
                    band.fold(rows, own, b * TileTree.WIDTH);
                }
                TileTree.fold(own, 0, bands, combiner);
                System.arraycopy(own, 0, values, done * TileTree.WIDTH, TileTree.WIDTH);
                done++;
            }
        }
        TileTree.fold(values, 0, tiles, combiner);
        return values;
    }
}
