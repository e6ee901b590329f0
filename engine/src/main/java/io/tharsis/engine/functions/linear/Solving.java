package io.tharsis.engine.functions.linear;

import io.tharsis.DType;
import io.tharsis.ShapeException;
import io.tharsis.engine.functions.Creation;
import io.tharsis.engine.functions.Elementwise;
import io.tharsis.engine.functions.MathOp;
import io.tharsis.engine.functions.Mathematics;
import io.tharsis.engine.functions.Promotion;
import io.tharsis.engine.functions.Reductions;
import io.tharsis.engine.functions.Shaping;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;
import io.tharsis.engine.linalg.Factorizations;
import io.tharsis.engine.linalg.MatrixFunction;

import java.util.Arrays;

/** Square systems, inverses and determinants, by LU with partial pivoting. */
public final class Solving {
    /** More right-hand sides than this are worth cutting among threads. */
    private static final int FEW = 64;

    private Solving() {}

    /** What is done for two stacks of matrices, A (n, n) and B (n, k). */
    @FunctionalInterface
    private interface System {
        Operand solve(Operand a, Operand b);
    }

    /** X of {@code A X = B}; B of one axis is a vector, else a stack of matrices. */
    public static Operand solve(Operand x, Operand right) {
        return system("solve", x, right, (a, b) -> solve("solve", true, a, b));
    }

    /**
     * X of {@code T X = B} for a lower or upper triangle T, of which the other half is not read.
     *
     * @param unit whether the diagonal is taken to be ones, and not read either
     */
    public static Operand triangular(Operand x, Operand right, boolean lower, boolean unit) {
        return system(
                "solveTriangular",
                x,
                right,
                (a, b) -> {
                    if (isOneCall(a, b)) {
                        return oneCall(new Factorizations.SolveTriangle(lower, unit), a, b);
                    }
                    var kind = new TriangularSystems.Kind("solveTriangular", lower, unit, !unit);
                    return Matrices.each(
                            new Operand[] {a, b},
                            pair ->
                                    new Operand[] {
                                        TriangularSystems.solve(kind, pair[0], pair[1])
                                    })[0];
                });
    }

    private static Operand system(String function, Operand x, Operand right, System system) {
        Operand a = Matrices.square(function, x);
        Matrices.requireKnown(function, right);
        boolean isVector = right.rank() == 1;
        long rows = right.rank() == 0 ? -1 : right.shape()[isVector ? 0 : right.rank() - 2];
        if (rows != Matrices.rows(a)) {
            throw doNotFit(function, x, right);
        }
        DType type = Matrices.common(a, right);
        Operand b = isVector ? Shaping.expandDims(right, 1) : right;
        long[] batch;
        try {
            batch = Shapes.broadcast(Matrices.batch(a), Matrices.batch(b));
        } catch (ShapeException _) {
            throw doNotFit(function, x, right);
        }
        long[] shape = Matrices.shape(batch, Matrices.rows(b), Matrices.columns(b));
        if (Shapes.size(shape) == 0) {
            return Matrices.zeros(type, isVector ? Arrays.copyOf(shape, shape.length - 1) : shape);
        }
        Operand result =
                system.solve(
                        Shaping.broadcastTo(
                                Elementwise.cast(a, type),
                                Matrices.shape(batch, Matrices.rows(a), Matrices.rows(a))),
                        Shaping.broadcastTo(Elementwise.cast(b, type), shape));
        return isVector ? Shaping.squeeze(result, -1) : result;
    }

    private static ShapeException doNotFit(String function, Operand a, Operand b) {
        return new ShapeException(
                function
                        + ": shapes "
                        + Shapes.text(a.shape())
                        + " and "
                        + Shapes.text(b.shape())
                        + " do not fit; the right-hand side needs as many rows as the matrix, and"
                        + " leading axes that broadcast");
    }

    private static boolean isOneCall(Operand a, Operand b) {
        return Matrices.isSmall(a) && (a.rank() > 2 || Matrices.columns(b) <= FEW);
    }

    private static Operand oneCall(MatrixFunction function, Operand a, Operand b) {
        return Matrices.apply(
                function,
                Matrices.beside(a, b),
                new long[] {Matrices.rows(b), Matrices.columns(b)})[0];
    }

    private static Operand solve(String caller, boolean refuses, Operand a, Operand b) {
        if (isOneCall(a, b)) {
            return oneCall(new Factorizations.Solve(caller, refuses), a, b);
        }
        return Matrices.each(
                new Operand[] {a, b},
                pair -> new Operand[] {new LuPanels(pair[0]).solve(caller, refuses, pair[1])})[0];
    }

    /** Inverses. */
    public static Operand inv(Operand x) {
        return inverse(x, true);
    }

    /**
     * @param refusesSingular whether a singular matrix is an error; else its inverse holds NaN or
     *     infinity
     */
    static Operand inverse(Operand x, boolean refusesSingular) {
        Operand a = Matrices.square("inv", x);
        if (Shapes.size(a.shape()) == 0) {
            return a;
        }
        long n = Matrices.rows(a);
        Operand identity = Shaping.broadcastTo(Creation.eye(a.dtype(), n, n, 0), a.shape());
        return solve("inv", refusesSingular, a, identity);
    }

    /** Determinants; 0 where a pivot is 0. */
    public static Operand det(Operand x) {
        LuFactors lu = LuFactors.of("det", Matrices.square("det", x));
        return Elementwise.multiply(lu.sign(), lu.product());
    }

    /** Sign and logarithm of the magnitude of determinants; 0 and minus infinity for 0. */
    public static Operand[] slogdet(Operand x) {
        LuFactors lu = LuFactors.of("slogdet", Matrices.square("slogdet", x));
        Operand pivots = lu.diagonal();
        Operand sign = Reductions.prod(Elementwise.sign(pivots), new int[] {-1}, false);
        Operand logarithm =
                Reductions.sum(
                        Mathematics.unary(MathOp.LOG, Elementwise.abs(pivots)),
                        new int[] {-1},
                        false);
        return new Operand[] {
            Elementwise.multiply(lu.sign(), sign),
            Elementwise.add(logarithm, Promotion.scalar(logarithm.dtype(), 0))
        };
    }
}
