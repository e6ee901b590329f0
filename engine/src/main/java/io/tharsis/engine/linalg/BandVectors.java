package io.tharsis.engine.linalg;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.matrix.MatrixProduct;
import io.tharsis.kernels.matrix.MatrixView;

import java.lang.foreign.MemorySegment;

/**
 * The reflectors of some sweeps times a matrix. Inputs, float64: the matrix (n, k), whose columns
 * may be cut anywhere; the reflectors (sweeps, n), each in the place of the rows it reflects. Steps
 * t of {@link #GROUP} sweeps are one block reflector {@code I - V T Vᵀ}, whose V is a parallelogram
 * (Bischof, Lang, Sun, A framework for symmetric band reduction, 2000).
 *
 * @param first sweep; reflector t of sweep s starts at row {@code s + 1 + t * band}
 */
public record BandVectors(int band, int first) implements ChunkFunction {
    /** Sweeps in a block. A constant of the engine: bits depend on it. */
    private static final int GROUP = 32;

    /** Columns worked together. */
    private static final int COLUMNS = 256;

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
    public void apply(Call call) {
        Block matrix = call.input(0);
        Block reflectors = call.input(1);
        MemorySegment output = call.output().segment();
        int n = Math.toIntExact(matrix.shape()[0]);
        long columns = matrix.shape()[1];
        int sweeps = Math.toIntExact(reflectors.shape()[0]);
        MemorySegment.copy(matrix.segment(), 0, output, 0, n * columns * Double.BYTES);
        int panels = Math.toIntExact(Math.ceilDiv(columns, (long) COLUMNS));
        int height = band + GROUP - 1;
        int blocks = Math.max(1, Math.ceilDiv(n - first - 1, band));
        long blockBytes = 2L * GROUP * height * Double.BYTES;
        MemorySegment compact = call.scratch(blocks * blockBytes);
        long workspaceBytes =
                Math.max(
                        PRODUCT.workspaceBytes(GROUP, COLUMNS, height),
                        PRODUCT.workspaceBytes(height, COLUMNS, GROUP));
        long panelBytes = GROUP * (long) COLUMNS * Double.BYTES + workspaceBytes;
        MemorySegment memory = call.scratch(panels * panelBytes);
        for (int group = Math.ceilDiv(sweeps, GROUP) - 1; group >= 0; group--) {
            int from = group * GROUP;
            int to = Math.min(sweeps, from + GROUP);
            int steps = Math.ceilDiv(n - first - from - 1, band);
            call.checkCancelled();
            call.parallelFor(
                    steps, t -> compact(reflectors, n, from, to, t, slice(compact, t, blockBytes)));
            call.parallelFor(
                    panels,
                    panel -> {
                        MemorySegment mine = slice(memory, panel, panelBytes);
                        for (int t = 0; t < steps; t++) {
                            multiply(
                                    output,
                                    columns,
                                    panel,
                                    first + from + 1 + t * band,
                                    rows(n, from, to, t),
                                    to - from,
                                    slice(compact, t, blockBytes),
                                    mine);
                        }
                    });
        }
    }

    private static MemorySegment slice(MemorySegment memory, int index, long bytes) {
        return memory.asSlice(index * bytes, bytes);
    }

    /** Rows that step t of sweeps from to to reflects. */
    private int rows(int n, int from, int to, int t) {
        int top = first + from + 1 + t * band;
        return Math.min(n - top, band + to - from - 1);
    }

    /** {@code Vᵀ} by rows, then {@code -V T} by rows. */
    private void compact(Block reflectors, int n, int from, int to, int t, MemorySegment memory) {
        int count = to - from;
        int rows = rows(n, from, to, t);
        int top = first + from + 1 + t * band;
        double[][] v = new double[count][rows];
        double[] line = new double[band];
        for (int k = 0; k < count; k++) {
            int length = Math.min(band, n - top - k);
            if (length > 0) {
                long index = (long) (from + k) * n + top + k;
                Dense.loadRow(reflectors.dtype(), reflectors.segment(), index, length, line);
                System.arraycopy(line, 0, v[k], k, length);
            }
        }
        double[][] triangle = BlockReflector.triangle(v, rows);
        for (int k = 0; k < count; k++) {
            double[] column = new double[rows];
            for (int p = 0; p <= k; p++) {
                Lanes.add(column, -triangle[p][k], v[p], 0, rows);
            }
            for (int i = 0; i < rows; i++) {
                memory.setAtIndex(
                        JAVA_DOUBLE, (long) count * rows + (long) i * count + k, column[i]);
            }
            MemorySegment.copy(v[k], 0, memory, JAVA_DOUBLE, (long) k * rows * Double.BYTES, rows);
        }
    }

    private static void multiply(
            MemorySegment output,
            long columns,
            int panel,
            long top,
            int rows,
            int count,
            MemorySegment compact,
            MemorySegment memory) {
        long left = (long) panel * COLUMNS;
        int width = (int) Math.min(COLUMNS, columns - left);
        long dotBytes = GROUP * (long) COLUMNS * Double.BYTES;
        var target = new MatrixView(output, (top * columns + left) * Double.BYTES, columns, 1);
        var dots = new MatrixView(memory, 0, width, 1);
        MemorySegment workspace = memory.asSlice(dotBytes);
        PRODUCT.multiply(
                count,
                width,
                rows,
                new MatrixView(compact, 0, rows, 1),
                target,
                dots,
                false,
                workspace);
        PRODUCT.multiply(
                rows,
                width,
                count,
                new MatrixView(compact, (long) count * rows * Double.BYTES, count, 1),
                dots,
                target,
                true,
                workspace);
    }
}
