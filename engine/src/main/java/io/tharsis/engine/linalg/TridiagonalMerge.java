package io.tharsis.engine.linalg;

import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.ChunkFunction;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Joins what a tear parted: the eigenvalues of two neighbouring parts and the rows of their vectors
 * at the tear make those of the whole, as {@code diag(d) + rho z zᵀ} (Cuppen, A divide and conquer
 * method for the symmetric tridiagonal eigenproblem, 1981). Inputs, float64: values (n1) and (n2);
 * the last row of the first vectors (1, n1) and the first row of the second (1, n2); the
 * tridiagonal matrix as for {@link TridiagonalLeaf}. Output: a {@link MergeTable}, whose values
 * ascend.
 *
 * @param tear row before the tear
 */
public record TridiagonalMerge(int tear) implements ChunkFunction {
    /** Lines of the table. */
    public static final int LINES = MergeTable.LINES;

    /** The first lines, an element of which belongs to a column of the joined vectors. */
    public static final int OF_COLUMNS = MergeTable.OF_COLUMNS;

    @Override
    public String name() {
        return "tridiagonalMerge";
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
        int n = n1 + n2;
        double[] d = new double[n];
        double[] z = new double[n];
        load(call.input(0), d, 0);
        load(call.input(1), d, n1);
        load(call.input(2), z, 0);
        load(call.input(3), z, n1);
        double[] across = new double[1];
        Dense.loadRow(matrix.dtype(), matrix.segment(), matrix.shape()[1] + tear, 1, across);
        var table = new MergeTable(n);
        if (TridiagonalLeaf.areFinite(d)
                && TridiagonalLeaf.areFinite(z)
                && TridiagonalLeaf.areFinite(across)) {
            merge(call, n1, d, z, across[0], table);
        } else {
            table.fillNaN();
        }
        table.store(call.output());
    }

    static void load(Block from, double[] to, int at) {
        double[] row = new double[Math.toIntExact(from.size())];
        Dense.loadRow(from.dtype(), from.segment(), 0, row.length, row);
        System.arraycopy(row, 0, to, at, row.length);
    }

    private static void merge(
            Call call, int n1, double[] d, double[] z, double across, MergeTable table) {
        int n = d.length;
        // the rows of both parts have length 1 together sqrt(2)
        double root = Math.sqrt(0.5);
        Lanes.scale(z, root, 0, n);
        if (across < 0) {
            Lanes.scale(z, -1, n1, n);
        }
        double rho = 2 * Math.abs(across);
        double largest = 0;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, Math.max(Math.abs(d[i]), Math.abs(z[i])));
        }
        int[] order = order(n, i -> d[i]);
        var deflation = new Deflation(d, z, order, rho, 8 * 0x1p-53 * largest);
        int[] kept = deflation.kept();
        var roots = new SecularRoots(pick(d, kept), false, pick(z, kept), rho);
        double[] weights = solve(call, roots, kept.length);
        table.fill(kept, deflation.dropped(), deflation.rotations(), d, weights, roots, 1);
    }

    /** All roots; answers the weights. */
    static double[] solve(Call call, SecularRoots roots, int count) {
        int share = 32;
        int shares = Math.ceilDiv(count, share);
        double[] weights = new double[count];
        call.parallelFor(
                shares,
                i -> {
                    for (int j = i * share; j < Math.min(count, (i + 1) * share); j++) {
                        roots.solve(j);
                    }
                });
        call.checkCancelled();
        call.parallelFor(
                shares,
                i -> {
                    for (int p = i * share; p < Math.min(count, (i + 1) * share); p++) {
                        weights[p] = roots.weight(p);
                    }
                });
        return weights;
    }

    static int[] order(int n, java.util.function.IntToDoubleFunction key) {
        return IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(key::applyAsDouble))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    static double[] pick(double[] x, int... places) {
        return Arrays.stream(places).mapToDouble(i -> x[i]).toArray();
    }
}
