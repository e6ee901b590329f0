package io.tharsis.engine.linalg;

import io.tharsis.DType;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.util.stream.IntStream;

/**
 * {@code T⁻¹ B} of a right-hand side B (n, k), whose columns may be cut anywhere, and a triangle T
 * (n, n), of which the other half is not read.
 *
 * @param refusesSingular whether a 0 on the diagonal is an error; else it is divided by
 * @param first number of the first pivot, for messages
 */
public record TriangularSolve(
        String caller, boolean lower, boolean unit, boolean refusesSingular, long first)
        implements ChunkFunction {
    @Override
    public String name() {
        return "solveTriangular";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(0);
    }

    @Override
    public long scratchBytes(DType type, long[][] inputs, long[] output) {
        return BlockedTriangle.bytes(output[0], output[1]);
    }

    @Override
    public void apply(Call call) {
        Block right = call.input(0);
        Block triangle = call.input(1);
        int n = Math.toIntExact(right.shape()[0]);
        double[][] t = Dense.rows(triangle.dtype(), triangle.segment(), 0, n, n);
        if (refusesSingular) {
            Triangles.requireRegular(caller, t, first);
        }
        int[] rows = IntStream.range(0, n).toArray();
        new BlockedTriangle(call, t, lower, unit).solve(call, right, rows, call.output());
    }
}
