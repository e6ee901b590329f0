package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

/**
 * The lower half of a symmetric band matrix in blocks of {@code band} rows, each {@code [R D]} with
 * the upper triangle R beside the diagonal block D, from column {@code (block - 1) * band} on; as
 * rows, each from column {@code i - 2 band + 1} on. Both (n, 2 band).
 */
public record BandRows(int band) implements ChunkFunction {
    @Override
    public String name() {
        return "bandRows";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        Block output = call.output();
        int n = Math.toIntExact(input.shape()[0]);
        int width = 2 * band;
        double[][] blocks = Dense.rows(input.dtype(), input.segment(), 0, n, width);
        double[] row = new double[width];
        for (int i = 0; i < n; i++) {
            java.util.Arrays.fill(row, 0);
            int within = i % band;
            // column j of the matrix is j - i + width - 1 of the row, j - i + within + band of the
            // block
            System.arraycopy(blocks[i], 0, row, band - 1 - within, band + within + 1);
            Dense.storeRow(row, width, output.dtype(), output.segment(), (long) i * width);
        }
    }
}
