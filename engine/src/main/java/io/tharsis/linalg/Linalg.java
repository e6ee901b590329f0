package io.tharsis.linalg;

import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.engine.functions.linear.CholeskyFactors;
import io.tharsis.engine.functions.linear.Contractions;
import io.tharsis.engine.functions.linear.LeastSquares;
import io.tharsis.engine.functions.linear.LuFactors;
import io.tharsis.engine.functions.linear.MatrixChain;
import io.tharsis.engine.functions.linear.Norms;
import io.tharsis.engine.functions.linear.QrFactors;
import io.tharsis.engine.functions.linear.SingularDecomposition;
import io.tharsis.engine.functions.linear.Solving;
import io.tharsis.engine.functions.linear.Spectra;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * NumPy's {@code numpy.linalg}, to be imported statically: {@code import static
 * io.tharsis.linalg.Linalg.*;}. What {@link Tensors} says of its functions holds here too.
 *
 * <ul>
 *   <li>Matrices are the last two axes, {@code (..., m, n)}; the axes before them make stacks.
 *   <li>float32 stays float32; bools, integers and float64 give float64.
 *   <li>{@link io.tharsis.ShapeException} for shapes that do not fit, by the call itself; {@link
 *       LinAlgException} for a matrix that has no answer, where the value is asked for.
 *   <li>Q, R and singular and eigenvectors are unique up to signs. Here R's diagonal is not
 *       negative; the largest element of each vector (of singular vectors, those of the shorter
 *       side), the first among equals, is positive. NumPy's signs follow from LAPACK's way.
 *   <li>Everything but {@code eig} goes by blocks, over chunks of any size; {@code eig} gathers the
 *       matrix into one call on one thread.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class Linalg {
    private Linalg() {}

    // ---- what several functions answer

    /** {@code A = Q R}. */
    public record Qr(Tensor q, Tensor r) {}

    /** {@code A = U diag(s) Vᵀ}. */
    public record Svd(Tensor u, Tensor s, Tensor vt) {}

    /** {@code A[permutation] = L U}: rows of A in the order of {@code permutation}, int64. */
    public record Lu(Tensor permutation, Tensor l, Tensor u) {}

    /** {@code A vectors[:, i] = values[i] vectors[:, i]}. */
    public record Eigen(Tensor values, Tensor vectors) {}

    /** The determinant is {@code sign * exp(logAbsDet)}. */
    public record SignedLog(Tensor sign, Tensor logAbsDet) {}

    /**
     * @param x of the least length among those of least squares
     * @param residuals sums of squares, for each column of b; none if the rank is less than the
     *     number of columns, or there are no more rows than columns
     * @param rank int64, of rank 0
     * @param s the singular values of the matrix
     */
    public record LeastSquaresSolution(Tensor x, Tensor residuals, Tensor rank, Tensor s) {}

    // ---- handles

    private static Operand known(Tensor a) {
        if (a.isClosed() || !Shapes.isKnown(a.operand().shape())) {
            Tensors.execute(a);
        }
        return a.operand();
    }

    private static Tensor made(Tensor a, UnaryOperator<Operand> function) {
        return Tensor.of(a.session(), function.apply(known(a)));
    }

    private static Tensor[] handles(Tensor a, Operand... parts) {
        return Arrays.stream(parts)
                .map(part -> Tensor.of(a.session(), part))
                .toArray(Tensor[]::new);
    }

    // ---- factorizations

    /**
     * L of {@code A = L Lᵀ}, lower triangular, of symmetric positive definite matrices, whose upper
     * triangle is not read. {@link LinAlgException} at the first pivot that is not positive.
     */
    public static Tensor cholesky(Tensor a) {
        return made(a, CholeskyFactors::lower);
    }

    /**
     * With partial pivoting; SciPy's {@code lu(a, p_indices=True)} with the inverse permutation.
     */
    public static Lu lu(Tensor a) {
        Tensor[] parts = handles(a, LuFactors.parts(known(a)));
        return new Lu(parts[0], parts[1], parts[2]);
    }

    /** Reduced: Q is (m, k) and R (k, n), with k the lesser of m and n. */
    public static Qr qr(Tensor a) {
        return qr(a, false);
    }

    /** If {@code complete}, Q is (m, m) and R (m, n). */
    public static Qr qr(Tensor a, boolean complete) {
        Tensor[] parts = handles(a, QrFactors.of(known(a), complete));
        return new Qr(parts[0], parts[1]);
    }

    /** R of {@link #qr(Tensor)} alone; NumPy's {@code qr(a, mode='r')}. */
    public static Tensor qrTriangle(Tensor a) {
        return made(a, QrFactors::triangle);
    }

    /** Reduced: U is (m, k), s (k), Vᵀ (k, n), with k the lesser of m and n; s descends. */
    public static Svd svd(Tensor a) {
        return svd(a, false);
    }

    /** If {@code fullMatrices}, U is (m, m) and Vᵀ (n, n). */
    public static Svd svd(Tensor a, boolean fullMatrices) {
        Tensor[] parts = handles(a, SingularDecomposition.of(known(a), fullMatrices));
        return new Svd(parts[0], parts[1], parts[2]);
    }

    /** Singular values, descending. */
    public static Tensor svdvals(Tensor a) {
        return made(a, SingularDecomposition::values);
    }

    /**
     * About the largest {@code count} singular values and their vectors of one matrix, from a
     * random sketch: ten columns more than asked for, and four power iterations.
     */
    public static Svd randomizedSvd(Tensor a, long count) {
        return randomizedSvd(a, count, 10, 4, 0);
    }

    /**
     * @param oversampling columns of the sketch beside those asked for
     * @param iterations each reads the matrix twice, and tells singular values apart better
     * @param seed of the sketch
     */
    public static Svd randomizedSvd(
            Tensor a, long count, long oversampling, int iterations, long seed) {
        Tensor[] parts =
                handles(
                        a,
                        SingularDecomposition.randomized(
                                known(a), count, oversampling, iterations, seed));
        return new Svd(parts[0], parts[1], parts[2]);
    }

    // ---- eigenvalues

    /** Of symmetric matrices, whose upper triangle is not read; values ascend. */
    public static Eigen eigh(Tensor a) {
        Tensor[] parts = handles(a, Spectra.eigh(known(a)));
        return new Eigen(parts[0], parts[1]);
    }

    /** Values of {@link #eigh} alone. */
    public static Tensor eigvalsh(Tensor a) {
        return made(a, Spectra::eigvalsh);
    }

    /**
     * Of matrices whose eigenvalues are real, in no order; a {@link LinAlgException} says so if
     * they are not, as there is no complex dtype.
     */
    public static Eigen eig(Tensor a) {
        Tensor[] parts = handles(a, Spectra.eig(known(a)));
        return new Eigen(parts[0], parts[1]);
    }

    /** Values of {@link #eig} alone. */
    public static Tensor eigvals(Tensor a) {
        return made(a, Spectra::eigvals);
    }

    // ---- systems

    /**
     * X of {@code A X = B}; b of one axis is a vector, else a stack of matrices. {@link
     * LinAlgException} if A is singular: a pivot is exactly 0.
     */
    public static Tensor solve(Tensor a, Tensor b) {
        known(b);
        return made(a, x -> Solving.solve(x, b.operand()));
    }

    /** As {@link #solveTriangular(Tensor, Tensor, boolean, boolean)} of the upper triangle. */
    public static Tensor solveTriangular(Tensor a, Tensor b) {
        return solveTriangular(a, b, false, false);
    }

    /**
     * As {@link #solve}, for the lower or upper triangle of a, the other half of which is not read.
     *
     * @param unitDiagonal whether the diagonal counts as ones, and is not read either
     */
    public static Tensor solveTriangular(Tensor a, Tensor b, boolean lower, boolean unitDiagonal) {
        known(b);
        return made(a, x -> Solving.triangular(x, b.operand(), lower, unitDiagonal));
    }

    /** {@link LinAlgException} if a matrix is singular. */
    public static Tensor inv(Tensor a) {
        return made(a, Solving::inv);
    }

    public static Tensor det(Tensor a) {
        return made(a, Solving::det);
    }

    public static SignedLog slogdet(Tensor a) {
        Tensor[] parts = handles(a, Solving.slogdet(known(a)));
        return new SignedLog(parts[0], parts[1]);
    }

    /** Singular values of at most epsilon times the longer side of the largest count as 0. */
    public static LeastSquaresSolution lstsq(Tensor a, Tensor b) {
        return lstsq(a, b, LeastSquares.precision(known(a), known(b)));
    }

    /**
     * @param rcond singular values of at most so much of the largest count as 0
     */
    public static LeastSquaresSolution lstsq(Tensor a, Tensor b, double rcond) {
        known(b);
        Tensor[] parts = handles(a, LeastSquares.solve(known(a), b.operand(), rcond));
        return new LeastSquaresSolution(parts[0], parts[1], parts[2], parts[3]);
    }

    /** Singular values of at most 1e-15 of the largest count as 0. */
    public static Tensor pinv(Tensor a) {
        return pinv(a, 1e-15);
    }

    public static Tensor pinv(Tensor a, double rcond) {
        return made(a, x -> LeastSquares.pinv(x, rcond));
    }

    /** Singular values of more than epsilon times the longer side of the largest; int64. */
    public static Tensor matrixRank(Tensor a) {
        return matrixRank(a, Double.NaN);
    }

    /** Singular values of more than {@code tolerance}; int64. */
    public static Tensor matrixRank(Tensor a, double tolerance) {
        return made(a, x -> LeastSquares.rank(x, tolerance));
    }

    // ---- norms

    /** The root of the sum of squares of all elements. */
    public static Tensor norm(Tensor a) {
        return norm(a, false);
    }

    /** The root of the sum of squares over one or two axes, or all. */
    public static Tensor norm(Tensor a, boolean keepdims, int... axes) {
        return made(a, x -> Norms.of(x, keepdims, axes));
    }

    /** Any order of vectors, along one axis; 1, -1, 2, -2 and infinities of matrices, over two. */
    public static Tensor norm(Tensor a, double order, int... axes) {
        return norm(a, order, false, axes);
    }

    public static Tensor norm(Tensor a, double order, boolean keepdims, int... axes) {
        return made(a, x -> Norms.of(x, order, keepdims, axes));
    }

    /** Of matrices: {@code "fro"} or {@code "nuc"}. */
    public static Tensor norm(Tensor a, String order, int... axes) {
        return norm(a, order, false, axes);
    }

    public static Tensor norm(Tensor a, String order, boolean keepdims, int... axes) {
        return made(a, x -> Norms.of(x, Norms.Order.of(order), keepdims, axes));
    }

    /** The largest by the smallest singular value; infinite for a singular matrix. */
    public static Tensor cond(Tensor a) {
        return made(a, Norms::cond);
    }

    public static Tensor cond(Tensor a, double order) {
        return made(a, x -> Norms.cond(x, order));
    }

    public static Tensor cond(Tensor a, String order) {
        return made(a, x -> Norms.cond(x, Norms.Order.of(order)));
    }

    // ---- products

    /** By squaring; a negative exponent inverts first. */
    public static Tensor matrixPower(Tensor a, long exponent) {
        return made(a, x -> Contractions.power(x, exponent));
    }

    /** The product of several matrices in the order that needs the fewest multiplications. */
    public static Tensor multiDot(Tensor... factors) {
        Operand[] operands = Arrays.stream(factors).map(Linalg::known).toArray(Operand[]::new);
        Operand product = MatrixChain.multiply(operands);
        return Tensor.of(factors[0].session(), product);
    }
}
