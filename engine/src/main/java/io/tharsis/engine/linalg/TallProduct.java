package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

/**
 * Q of each block of rows of a tall matrix times a factor of its own. Inputs: the matrix (m, n);
 * what {@link TallTriangles} made of it (blocks * n, n); the factors, one below the other (blocks *
 * n, k). The output is (m, k). Q itself is never stored.
 */
public record TallProduct(int columns, int blockRows) implements ChunkFunction {
    @Override
    public String name() {
        return "tallProduct";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.RowBlocks(blockRows, 0);
    }

    @Override
    public void apply(Call call) {
        Block matrix = call.input(0);
        Block triangles = call.input(1);
        Block factors = call.input(2);
        Block output = call.output();
        int width = Math.toIntExact(factors.shape()[1]);
        long firstBlock = matrix.origin()[0] / blockRows;
        new TallTriangles(columns, blockRows)
                .forEachShare(
                        call,
                        (from, to) -> {
                            var blocks = new TallBlock(call, matrix, blockRows, width);
                            for (int block = from; block < to; block++) {
                                long row = (firstBlock + block) * columns;
                                blocks.multiply(
                                        block,
                                        Dense.rows(
                                                triangles.dtype(),
                                                triangles.segment(),
                                                row * columns,
                                                columns,
                                                columns),
                                        Dense.rows(
                                                factors.dtype(),
                                                factors.segment(),
                                                row * width,
                                                columns,
                                                width),
                                        output);
                            }
                        });
    }
}
