package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Joins two parts of an upper bidiagonal matrix and the row between them: the singular values of
 * the parts, and the rows of their right vectors that the row between meets, make those of the
 * whole, as of a matrix M that is 0 but for its diagonal d and one row z (Gu and Eisenstat, A
 * divide-and-conquer algorithm for the bidiagonal SVD, 1995; LAPACK's lasd2). {@code MᵀM = diag(d)²
 * + z zᵀ}, so the squares of its values are roots of a secular equation.
 *
 * <p>Inputs, float64: values (n1) and (n2); the last row of the first right vectors (1, n1 + 1) and
 * the first row of the second (1, n2 + 1); the matrix as for {@link BidiagonalLeaf}. Output: a
 * {@link MergeTable} for n1 + n2 + 2 columns, the last of which is the vector that is mapped to 0;
 * values descend. Column n1 is of the left vectors the row between; of the right ones it is the sum
 * of both parts' last vectors that the row meets, and the last one the sum that it does not meet.
 *
 * @param between row between the parts
 */
public record BidiagonalMerge(int between) implements ChunkFunction {
    @Override
    public String name() {
        return "bidiagonalMerge";
    }

    @Override
    public Tiling tiling() {
        return new Tiling.Whole();
    }

    @Override
    public void apply(Call call) {
        Block matrix = call.input(4);
        int n1 = Math.toIntExact(call.input(0).size());
        int n2 = Math.toIntExact(call.input(1).size());
        int n = n1 + 1 + n2;
        double[] d = new double[n];
        TridiagonalMerge.load(call.input(0), d, 0);
        TridiagonalMerge.load(call.input(1), d, n1 + 1);
        double[] first = new double[n1 + 1];
        double[] second = new double[n2 + 1];
        TridiagonalMerge.load(call.input(2), first, 0);
        TridiagonalMerge.load(call.input(3), second, 0);
        double beside = element(matrix, between);
        double above = element(matrix, matrix.shape()[1] + between);
        double largest = Math.max(Math.abs(beside), Math.abs(above));
        for (double x : d) {
            largest = Math.max(largest, x);
        }
        // squares of a part of tiny elements would be 0, and quotients have too few bits
        double scale = Math.scalb(1.0, Math.max(-1000, Math.getExponent(largest)));
        Lanes.scale(d, 1 / scale, 0, n);
        Lanes.scale(first, beside / scale, 0, first.length);
        Lanes.scale(second, above / scale, 0, second.length);
        double[] z = new double[n];
        System.arraycopy(first, 0, z, 0, n1);
        System.arraycopy(second, 0, z, n1 + 1, n2);
        var table = new MergeTable(n + 1);
        merge(call, n1, d, z, first[n1], second[n2], largest / scale, table);
        table.scaleValues(scale);
        table.store(call.output());
    }

    private static double element(Block matrix, long index) {
        double[] row = new double[1];
        Dense.loadRow(matrix.dtype(), matrix.segment(), index, 1, row);
        return row[0];
    }

    private static void merge(
            Call call,
            int zero,
            double[] d,
            double[] z,
            double first,
            double second,
            double largest,
            MergeTable table) {
        int n = d.length;
        List<Deflation.Rotation> rotations = new ArrayList<>();
        double tolerance = 8 * 0x1p-53 * largest;
        double both = Math.hypot(first, second);
        if (both > tolerance) {
            z[zero] = both;
            rotations.add(new Deflation.Rotation(zero, n, first / both, second / both));
        }
        // a part's vectors with (almost) no value turn into column zero from the right alone
        for (int i = 0; i < n; i++) {
            if (i != zero && d[i] <= tolerance && Math.abs(z[i]) > tolerance) {
                double length = Math.hypot(z[zero], z[i]);
                rotations.add(new Deflation.Rotation(zero, i, z[zero] / length, z[i] / length));
                z[zero] = length;
                z[i] = 0;
                d[i] = 0;
            }
        }
        int[] order =
                IntStream.of(TridiagonalMerge.order(n, i -> d[i])).filter(i -> i != zero).toArray();
        var deflation = new Deflation(d, z, order, 1, tolerance);
        rotations.addAll(deflation.rotations());
        z[zero] = Math.max(z[zero], tolerance);
        int[] kept = deflation.kept();
        int[] dropped = deflation.dropped();
        if (largest > 0) {
            kept = IntStream.concat(IntStream.of(zero), IntStream.of(kept)).toArray();
        } else {
            dropped = IntStream.concat(IntStream.of(zero), IntStream.of(dropped)).toArray();
        }
        var roots =
                new SecularRoots(
                        TridiagonalMerge.pick(d, kept), true, TridiagonalMerge.pick(z, kept), 1);
        double[] weights = TridiagonalMerge.solve(call, roots, kept.length);
        table.fill(kept, dropped, rotations, d, weights, roots, -1);
    }
}
