package io.tharsis.engine.functions.linear;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.Slice;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.Indexing;
import io.tharsis.engine.functions.Products;
import io.tharsis.engine.functions.Promotion;
import io.tharsis.engine.functions.Reductions;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.linalg.RefinedLeastSquares;

/** Least squares, pseudo-inverses and ranks, by the singular values. */
public final class LeastSquares {
    /** Elements of A and b up to which solutions are refined. A constant: bits depend on it. */
    private static final long REFINED = 1 << 14;

    private LeastSquares() {}

    /**
     * x of least length among those of least {@code |b - A x|}; the sums of squares of the
     * residuals, of which there are none unless A has full rank and more rows than columns; the
     * rank, int64; and the singular values.
     *
     * <p>A and b side by side have one R, which holds {@code Qᵀ b} and the length of the residual:
     * the matrix is read once, and Q never formed (Golub and Van Loan, 5.3). Small systems of full
     * rank are then refined ({@link RefinedLeastSquares}).
     *
     * @param rcond singular values of at most so much of the largest count as 0
     */
    public static Operand[] solve(Operand x, Operand right, double rcond) {
        Operand a = Matrices.matrix("lstsq", x);
        Matrices.requireKnown("lstsq", right);
        boolean isVector = right.rank() == 1;
        if (a.rank() != 2
                || right.rank() < 1
                || right.rank() > 2
                || right.shape()[0] != Matrices.rows(a)) {
            throw new ShapeException(
                    "lstsq: shapes "
                            + Shapes.text(x.shape())
                            + " and "
                            + Shapes.text(right.shape())
                            + " do not fit; it wants a matrix, and a vector or matrix of as many"
                            + " rows");
        }
        DType type = Matrices.common(a, right);
        a = Elementwise.cast(a, type);
        Operand b = Elementwise.cast(isVector ? Shaping.expandDims(right, 1) : right, type);
        long m = Matrices.rows(a);
        long n = Matrices.columns(a);
        if (Shapes.size(a.shape()) == 0) {
            return empty(a, b, isVector);
        }
        Operand[] solved = m >= n ? tall(a, b, rcond) : wide(a, b, rcond);
        long k = Matrices.columns(b);
        if (m >= n && m * (n + k) <= REFINED && k > 0) {
            refine(a, b, solved);
        }
        Operand solution = solved[0];
        Operand residuals = solved[1];
        if (m <= n) {
            residuals = Matrices.zeros(type, 0);
        } else {
            Operand full = Elementwise.equal(solved[2], Promotion.scalar(DType.INT64, n));
            residuals = Indexing.mask(residuals, Shaping.broadcastTo(full, residuals.shape()));
        }
        return new Operand[] {
            isVector ? Shaping.squeeze(solution, 1) : solution, residuals, solved[2], solved[3]
        };
    }

    /** Without equations or unknowns, the shortest solution is 0. */
    private static Operand[] empty(Operand a, Operand b, boolean isVector) {
        long n = Matrices.columns(a);
        long k = Matrices.columns(b);
        boolean hasRest = n == 0 && Matrices.rows(a) > 0;
        return new Operand[] {
            isVector ? Matrices.zeros(a.dtype(), n) : Matrices.zeros(a.dtype(), n, k),
            hasRest
                    ? Reductions.sum(Elementwise.square(b), new int[] {0}, false)
                    : Matrices.zeros(a.dtype(), 0),
            Matrices.zeros(DType.INT64),
            Matrices.zeros(a.dtype(), 0)
        };
    }

    /** Improves solutions and residuals in their place, if the rank is full. */
    private static void refine(Operand a, Operand b, Operand... solved) {
        long n = Matrices.columns(a);
        long k = Matrices.columns(b);
        Operand refined =
                Matrices.chunked(
                        new RefinedLeastSquares(),
                        a.dtype(),
                        new long[] {n + 1, k},
                        a,
                        b,
                        solved[0],
                        Shaping.reshape(Elementwise.cast(solved[2], a.dtype()), 1));
        solved[0] = Matrices.rows(refined, 0, n);
        solved[1] = Indexing.get(refined, Slice.at(n));
    }

    private static Operand[] tall(Operand a, Operand b, double rcond) {
        long m = Matrices.rows(a);
        long n = Matrices.columns(a);
        long k = Matrices.columns(b);
        Operand triangle;
        Operand dots;
        Operand residuals;
        if (k > 0 && k <= n && m >= n + k) {
            Operand both = QrFactors.triangle(Matrices.beside(a, b));
            triangle = Matrices.block(both, 0, n, 0, n);
            dots = Matrices.block(both, 0, n, n, n + k);
            Operand rest = Matrices.block(both, n, n + k, n, n + k);
            residuals = Reductions.sum(Elementwise.square(rest), new int[] {0}, false);
        } else {
            Operand[] qr = QrFactors.of("lstsq", a, false);
            triangle = qr[1];
            dots = Products.matmul(Matrices.transpose(qr[0]), b);
            Operand rest = Elementwise.subtract(b, Products.matmul(qr[0], dots));
            residuals = Reductions.sum(Elementwise.square(rest), new int[] {0}, false);
        }
        Operand[] svd = SingularDecomposition.of("lstsq", triangle, false);
        Operand large = large(svd[1], rcond);
        Operand turned = Products.matmul(Matrices.transpose(svd[0]), dots);
        Operand solution =
                Products.matmul(
                        Matrices.transpose(svd[2]),
                        Elementwise.multiply(
                                Shaping.expandDims(reciprocals(svd[1], large), 1), turned));
        return new Operand[] {solution, residuals, count(large), svd[1]};
    }

    private static Operand[] wide(Operand a, Operand b, double rcond) {
        Operand[] svd = SingularDecomposition.of("lstsq", a, false);
        Operand large = large(svd[1], rcond);
        Operand turned = Products.matmul(Matrices.transpose(svd[0]), b);
        Operand solution =
                Products.matmul(
                        Matrices.transpose(svd[2]),
                        Elementwise.multiply(
                                Shaping.expandDims(reciprocals(svd[1], large), 1), turned));
        return new Operand[] {solution, null, count(large), svd[1]};
    }

    /** Which singular values are more than {@code rcond} of the largest; a value a line. */
    private static Operand large(Operand values, double rcond) {
        Operand cutoff =
                Elementwise.multiply(
                        Spectra.first(values, 1), Promotion.scalar(values.dtype(), rcond));
        return Elementwise.greater(values, cutoff);
    }

    private static Operand reciprocals(Operand values, Operand large) {
        Operand one = Promotion.scalar(values.dtype(), 1);
        Operand zero = Promotion.scalar(values.dtype(), 0);
        return Elementwise.where(large, Elementwise.divide(one, values), zero);
    }

    private static Operand count(Operand large) {
        return Reductions.countNonzero(large, new int[] {-1}, false);
    }

    /** NumPy's default for {@link #solve}, which works in the dtype that both arguments fit. */
    public static double precision(Operand a, Operand b) {
        return precision(Matrices.common(a, b), a);
    }

    private static double precision(DType type, Operand x) {
        double epsilon = type == DType.FLOAT32 ? 0x1p-23 : 0x1p-52;
        long longer = x.rank() < 2 ? 1 : Math.max(Matrices.rows(x), Matrices.columns(x));
        return longer * epsilon;
    }

    /** The Moore-Penrose inverse; singular values of at most {@code rcond} of the largest are 0. */
    public static Operand pinv(Operand x, double rcond) {
        Operand a = Matrices.matrix("pinv", x);
        if (Shapes.size(a.shape()) == 0) {
            return Matrices.transpose(a);
        }
        Operand[] svd = SingularDecomposition.of("pinv", a, false);
        Operand weights = Shaping.expandDims(reciprocals(svd[1], large(svd[1], rcond)), -1);
        return Products.matmul(
                Matrices.transpose(svd[2]),
                Elementwise.multiply(weights, Matrices.transpose(svd[0])));
    }

    /** Singular values above {@code tolerance}, int64; NaN stands for NumPy's default. */
    public static Operand rank(Operand x, double tolerance) {
        if (x.rank() < 2) {
            Operand any = Reductions.any(x, new int[0], false);
            return Elementwise.cast(any, DType.INT64);
        }
        Operand values = SingularDecomposition.values("matrixRank", x);
        return count(
                Double.isNaN(tolerance)
                        ? large(values, precision(values.dtype(), x))
                        : Elementwise.greater(values, Promotion.scalar(values.dtype(), tolerance)));
    }
}
