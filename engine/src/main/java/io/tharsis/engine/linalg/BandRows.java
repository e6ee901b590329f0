package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.util.Arrays;

/**
 * The rows of a band matrix that is made in blocks of {@code band} rows, each of two squares beside
 * each other, (n, 2 band).
 *
 * <p>A symmetric one: {@code [R D]} with the upper triangle R beside the diagonal block D, from
 * column {@code (block - 1) * band} on. Output: (n, 2 band), the lower half, row i from column
 * {@code i - 2 band + 1} on.
 *
 * <p>An upper one: {@code [R L]} with the upper triangle R on the diagonal and the lower triangle L
 * beside it. Output: (n, 3 band), row i from column {@code i - band} on.
 */
public record BandRows(int band, boolean symmetric) implements ChunkFunction {
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
        int width = (symmetric ? 2 : 3) * band;
        double[][] blocks = Dense.rows(input.dtype(), input.segment(), 0, n, 2 * band);
        double[] row = new double[width];
        for (int i = 0; i < n; i++) {
            Arrays.fill(row, 0);
            int within = i % band;
            if (symmetric) {
                // column j of the matrix is j - i + width - 1 of the row, j - i + within + band of
                // the block
                System.arraycopy(blocks[i], 0, row, band - 1 - within, band + within + 1);
            } else {
                // j - i + band of the row, j - i + within of the block
                System.arraycopy(blocks[i], 0, row, band - within, 2 * band);
            }
            Dense.storeRow(row, width, output.dtype(), output.segment(), (long) i * width);
        }
    }
}
