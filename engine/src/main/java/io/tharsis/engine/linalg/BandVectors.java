package io.tharsis.engine.linalg;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.matrix.MatrixProduct;
import io.tharsis.kernels.matrix.MatrixView;

import java.lang.foreign.MemorySegment;

/**
 * The reflectors of some sweeps times a matrix. Inputs, float64: the matrix (n, k), whose columns
 * may be cut anywhere; the reflectors (sweeps, n), each in the place of the rows it reflects.
 *
 * <p>Steps t of {@link #GROUP} sweeps reflect a window of {@code band + GROUP - 1} rows (Bischof,
 * Lang, Sun, A framework for symmetric band reduction, 2000), whose product is made once and then
 * multiplied with each panel of columns. Windows of a group stand {@code band} rows below each
 * other and overlap. A window of one group meets no later one of the group after it, so a panel
 * goes by once for {@link #GROUPS} groups, not once for each.
 *
 * @param first sweep; reflector t of sweep s starts at row {@code s + 1 + t * band}
 */
public record BandVectors(int band, int first) implements ChunkFunction {
    /** Sweeps in a group. A constant of the engine: bits depend on it. */
    private static final int GROUP = 32;

    /** Groups that follow each other; what they work on at a time stays in a cache. */
    private static final int GROUPS = 4;

    /** Columns worked together, about. */
    private static final int COLUMNS = 192;

    /** Of the windows, to be made side by side. */
    private static final int PARTS = 16;

    private static final MatrixProduct PRODUCT = MatrixProduct.of(Format.F64);

    @Override
    public String name() {
        return "bandVectors";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(0);
    }

    @Override
    public long scratchBytes(DType type, long[][] inputs, long[] output) {
        return packedBytes(inputs[0][0]) + PARTS * denseBytes() + workspaceBytes(inputs[0][1]);
    }

    @Override
    public void apply(Call call) {
        Block matrix = call.input(0);
        Block reflectors = call.input(1);
        int n = Math.toIntExact(matrix.shape()[0]);
        long columns = matrix.shape()[1];
        int sweeps = Math.toIntExact(reflectors.shape()[0]);
        var passes = new Passes(call, n, columns);
        MemorySegment.copy(
                matrix.segment(), 0, call.output().segment(), 0, n * columns * Double.BYTES);
        int groups = Math.ceilDiv(sweeps, GROUP);
        for (int last = groups; last > 0; last -= GROUPS) {
            int from = Math.max(0, last - GROUPS);
            call.checkCancelled();
            passes.run(reflectors, sweeps, from, last);
        }
    }

    private int height() {
        return band + GROUP - 1;
    }

    private long denseBytes() {
        return (long) height() * height() * Double.BYTES;
    }

    private long leftBytes() {
        return PRODUCT.packedLeftBytes(height(), height());
    }

    private long rightBytes() {
        return PRODUCT.packedRightBytes(height(), panelColumns());
    }

    private static int panelColumns() {
        int tile = PRODUCT.tileColumns();
        return Math.ceilDiv(COLUMNS, tile) * tile;
    }

    private static int panels(long columns) {
        return Math.toIntExact(Math.ceilDiv(columns, (long) panelColumns()));
    }

    private int windows(long n) {
        return Math.max(1, Math.toIntExact(Math.ceilDiv(n - first - 1, (long) band)));
    }

    private long packedBytes(long n) {
        return GROUPS * windows(n) * leftBytes();
    }

    private long workspaceBytes(long columns) {
        return panels(columns) * (rightBytes() + PRODUCT.scratchBytes());
    }

    /** Memory and sizes of one call. */
    private final class Passes {
        private final Call call;
        private final MemorySegment output;
        private final int n;
        private final long columns;
        private final int panelColumns;
        private final int panels;
        private final int windows;
        private final MemorySegment packed;
        private final MemorySegment dense;
        private final MemorySegment workspaces;

        Passes(Call call, int n, long columns) {
            this.call = call;
            this.n = n;
            this.columns = columns;
            output = call.output().segment();
            panelColumns = panelColumns();
            panels = panels(columns);
            windows = windows(n);
            packed = call.scratch(packedBytes(n));
            dense = call.scratch(PARTS * denseBytes());
            workspaces = call.scratch(workspaceBytes(columns));
        }

        /** Sweeps of a group start here, of the window 0 the first row. */
        private int top(int group) {
            return first + group * GROUP + 1;
        }

        private int rows(int group, int window) {
            return Math.min(n - top(group) - window * band, height());
        }

        private MemorySegment packed(int index, int window) {
            return packed.asSlice(((long) index * windows + window) * leftBytes(), leftBytes());
        }

        /** Groups from to to, the last one first. */
        void run(Block reflectors, int sweeps, int from, int to) {
            int count = to - from;
            call.parallelFor(
                    PARTS,
                    part -> {
                        MemorySegment dense = this.dense.asSlice(part * denseBytes(), denseBytes());
                        for (int i = part; i < count * windows; i += PARTS) {
                            int group = from + i / windows;
                            int window = i % windows;
                            int rows = rows(group, window);
                            if (rows > 0) {
                                int end = Math.min(sweeps, (group + 1) * GROUP);
                                double[][] q =
                                        product(reflectors, group * GROUP, end, window, rows);
                                Dense.storeRows(q, DType.FLOAT64, dense, 0);
                                PRODUCT.packLeft(
                                        rows,
                                        rows,
                                        new MatrixView(dense, 0, rows, 1),
                                        packed(group - from, window));
                            }
                        }
                    });
            call.parallelFor(
                    panels,
                    panel -> {
                        call.checkCancelled();
                        for (int window = 0; window < windows; window++) {
                            for (int group = to - 1; group >= from; group--) {
                                if (rows(group, window) > 0) {
                                    multiply(group, window, packed(group - from, window), panel);
                                }
                            }
                        }
                    });
        }

        /** Reflectors of sweeps from to to, the last one first, times the identity. */
        private double[][] product(Block reflectors, int from, int to, int window, int rows) {
            double[][] q = Lanes.identity(rows);
            int top = first + from + 1 + window * band;
            double[] v = new double[band];
            double[] dots = new double[rows];
            for (int sweep = to - 1; sweep >= from; sweep--) {
                int shift = sweep - from;
                int length = Math.min(band, rows - shift);
                if (length > 0) {
                    long index = (long) sweep * n + top + shift;
                    Dense.loadRow(reflectors.dtype(), reflectors.segment(), index, length, v);
                    reflect(q, v, length, shift, dots);
                }
            }
            return q;
        }

        private void multiply(int group, int window, MemorySegment left, int panel) {
            int rows = rows(group, window);
            long column = (long) panel * panelColumns;
            int width = (int) Math.min(panelColumns, columns - column);
            long top = top(group) + (long) window * band;
            var target =
                    new MatrixView(output, (top * columns + column) * Double.BYTES, columns, 1);
            long bytes = rightBytes() + PRODUCT.scratchBytes();
            MemorySegment memory = workspaces.asSlice(panel * bytes, bytes);
            MemorySegment scratch = memory.asSlice(rightBytes());
            PRODUCT.packRight(rows, width, target, memory);
            PRODUCT.multiplyPacked(rows, width, rows, left, rows, memory, target, false, scratch);
        }
    }

    /**
     * {@code I - 2 v vᵀ / vᵀv} on rows shift to shift + length, which are 0 before column shift.
     */
    private static void reflect(double[][] q, double[] v, int length, int shift, double[] dots) {
        double square = Lanes.dot(v, v, 0, length);
        if (square == 0) {
            return;
        }
        int width = q.length;
        for (int j = shift; j < width; j++) {
            dots[j] = 0;
        }
        for (int i = 0; i < length; i++) {
            Lanes.add(dots, v[i], q[shift + i], shift, width);
        }
        double factor = -2 / square;
        for (int i = 0; i < length; i++) {
            Lanes.add(q[shift + i], factor * v[i], dots, shift, width);
        }
    }
}
