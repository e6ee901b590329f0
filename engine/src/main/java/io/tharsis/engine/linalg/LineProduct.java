package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

/**
 * The product of each row of a matrix (lines, n) of floats; (lines, 1). Mantissas and exponents are
 * kept apart, so that it overflows or vanishes only if the product itself does.
 */
public record LineProduct() implements ChunkFunction {
    @Override
    public String name() {
        return "lineProduct";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(1);
    }

    @Override
    public void apply(Call call) {
        Block input = call.input(0);
        Block output = call.output();
        int length = Math.toIntExact(input.shape()[1]);
        double[] line = new double[length];
        for (long row = 0; row < input.shape()[0]; row++) {
            Dense.loadRow(input.dtype(), input.segment(), row * length, length, line);
            double[] product = {product(line)};
            Dense.storeRow(product, 1, output.dtype(), output.segment(), row);
        }
    }

    static double product(double[] factors) {
        double product = 1;
        long exponent = 0;
        for (double factor : factors) {
            int own = exponent(factor);
            product *= Math.scalb(factor, -own);
            exponent += own;
            own = exponent(product);
            product = Math.scalb(product, -own);
            exponent += own;
        }
        return Math.scalb(product, Math.clamp(exponent, -5000, 5000));
    }

    /** Of what is finite and not 0; else 0. */
    private static int exponent(double x) {
        return x == 0 || !(Math.abs(x) < Double.POSITIVE_INFINITY) ? 0 : Math.getExponent(x);
    }
}
