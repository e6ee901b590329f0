package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

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
    /** Columns worked together: their rows stay in the first cache. */
    private static final int COLUMNS = 64;

    @Override
    public String name() {
        return "solveTriangular";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Along(0);
    }

    @Override
    public void apply(Call call) {
        Block right = call.input(0);
        Block triangle = call.input(1);
        Block output = call.output();
        int n = Math.toIntExact(right.shape()[0]);
        long columns = right.shape()[1];
        double[][] t = Dense.rows(triangle.dtype(), triangle.segment(), 0, n, n);
        if (refusesSingular) {
            Triangles.requireRegular(caller, t, first);
        }
        int panels = Math.toIntExact((columns + COLUMNS - 1) / COLUMNS);
        call.parallelFor(
                panels,
                panel -> {
                    long from = (long) panel * COLUMNS;
                    int width = (int) Math.min(COLUMNS, columns - from);
                    double[][] x = new double[n][width];
                    for (int i = 0; i < n; i++) {
                        Dense.loadRow(
                                right.dtype(), right.segment(), i * columns + from, width, x[i]);
                    }
                    if (lower) {
                        Triangles.solveLower(t, unit, x, 0, width);
                    } else {
                        Triangles.solveUpper(t, unit, x, 0, width);
                    }
                    for (int i = 0; i < n; i++) {
                        Dense.storeRow(
                                x[i], width, output.dtype(), output.segment(), i * columns + from);
                    }
                });
    }
}
