package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

/**
 * A {@link MatrixFunction} of each of many matrices. The input is (matrices, rows * columns), the
 * output (matrices, elements of all parts), both float64 or float32: the parts of a result stand
 * one after the other, each row-major, to be taken apart by views.
 */
public record PerMatrix(MatrixFunction function, int rows, int columns) implements ChunkFunction {
    @Override
    public String name() {
        return function.name();
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(1);
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        Block output = call.output();
        long inputLength = (long) rows * columns;
        long outputLength = output.shape()[1];
        call.parallelFor(
                Math.toIntExact(input.shape()[0]),
                matrix -> {
                    call.checkCancelled();
                    double[][] a =
                            Dense.rows(
                                    input.dtype(),
                                    input.segment(),
                                    matrix * inputLength,
                                    rows,
                                    columns);
                    long at = matrix * outputLength;
                    for (double[][] part : function.apply(a, columns)) {
                        Dense.storeRows(part, output.dtype(), output.segment(), at);
                        for (double[] row : part) {
                            at += row.length;
                        }
                    }
                });
    }
}
