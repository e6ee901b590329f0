package io.tharsis.engine.functions.linear;

import io.tharsis.ShapeException;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A product of several matrices, multiplied in the order that needs the fewest multiplications
 * (Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, 15.2).
 */
public final class MatrixChain {
    private final Operand[] matrices;
    private final int[][] split;

    private MatrixChain(Operand... matrices) {
        this.matrices = matrices;
        int n = matrices.length;
        double[][] cost = new double[n][n];
        split = new int[n][n];
        for (int length = 2; length <= n; length++) {
            for (int i = 0; i + length <= n; i++) {
                int j = i + length - 1;
                cost[i][j] = Double.POSITIVE_INFINITY;
                for (int k = i; k < j; k++) {
                    double here =
                            cost[i][k]
                                    + cost[k + 1][j]
                                    + (double) Matrices.rows(matrices[i])
                                            * Matrices.columns(matrices[k])
                                            * Matrices.columns(matrices[j]);
                    if (here < cost[i][j]) {
                        cost[i][j] = here;
                        split[i][j] = k;
                    }
                }
            }
        }
    }

    /** The product; the first may be a row and the last a column, of one axis. */
    public static Operand multiply(Operand... factors) {
        int n = factors.length;
        if (n < 2) {
            throw new ShapeException("multiDot needs at least two tensors, got " + n);
        }
        Operand[] matrices = factors.clone();
        boolean isRow = factors[0].rank() == 1;
        boolean isColumn = factors[n - 1].rank() == 1;
        if (isRow) {
            matrices[0] = Shaping.expandDims(factors[0], 0);
        }
        if (isColumn) {
            matrices[n - 1] = Shaping.expandDims(factors[n - 1], 1);
        }
        for (int i = 0; i < n; i++) {
            Matrices.requireKnown("multiDot", matrices[i]);
            boolean fits =
                    matrices[i].rank() == 2
                            && (i == 0
                                    || Matrices.columns(matrices[i - 1])
                                            == Matrices.rows(matrices[i]));
            if (!fits) {
                throw new ShapeException(
                        "multiDot: tensor "
                                + i
                                + " of shapes "
                                + Arrays.stream(factors)
                                        .map(factor -> Shapes.text(factor.shape()))
                                        .collect(Collectors.joining(", "))
                                + " does not fit; all but the first and last must be matrices");
            }
        }
        Operand product = new MatrixChain(matrices).range(0, n - 1);
        if (isRow && isColumn) {
            return Shaping.reshape(product);
        }
        return isRow
                ? Shaping.squeeze(product, 0)
                : isColumn ? Shaping.squeeze(product, 1) : product;
    }

    private Operand range(int from, int to) {
        if (from == to) {
            return matrices[from];
        }
        int middle = split[from][to];
        return Products.matmul(range(from, middle), range(middle + 1, to));
    }
}
