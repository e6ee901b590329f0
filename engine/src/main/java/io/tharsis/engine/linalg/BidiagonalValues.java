package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

/** Singular values (n), descending, of a matrix as for {@link BidiagonalLeaf}. */
public record BidiagonalValues() implements ChunkFunction {
    @Override
    public String name() {
        return "bidiagonalValues";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        Block output = call.output();
        int n = Math.toIntExact(input.shape()[1]);
        double[] d = new double[n];
        double[] e = new double[n];
        Dense.loadRow(input.dtype(), input.segment(), 0, n, d);
        Dense.loadRow(input.dtype(), input.segment(), n, n, e);
        new BidiagonalQr(d, e, new double[n][0], new double[n][0], call::checkCancelled);
        Dense.storeRow(d, n, output.dtype(), output.segment(), 0);
    }
}
