package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.ChunkFunction;

/**
 * The power of two that brings a magnitude, the one element of the input, to between 1 and 2 (a
 * denormal to less); 1 for 0, NaN for what is not finite.
 *
 * @param ofSvd whether what is not finite is an error, as in {@link SingularValues}
 */
public record BinaryScale(boolean ofSvd) implements ChunkFunction {
    @Override
    public String name() {
        return "binaryScale";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    @Override
    public void apply(Call call) {
        double[] x = new double[1];
        Dense.loadRow(call.input(0).dtype(), call.input(0).segment(), 0, 1, x);
        if (ofSvd) {
            SingularValues.requireFinite(x[0]);
        }
        if (!(Math.abs(x[0]) < Double.POSITIVE_INFINITY)) {
            x[0] = Double.NaN;
        } else {
            x[0] = x[0] == 0 ? 1 : Math.scalb(1.0, -Math.getExponent(x[0]));
        }
        Dense.storeRow(x, 1, call.output().dtype(), call.output().segment(), 0);
    }
}
