package io.tharsis.linalg;

import static io.tharsis.Tensors.eye;
import static io.tharsis.Tensors.tril;
import static io.tharsis.Tensors.triu;
import static io.tharsis.linalg.RandomMatrices.EPSILON;
import static io.tharsis.linalg.RandomMatrices.largest;
import static io.tharsis.linalg.RandomMatrices.rows;
import static io.tharsis.linalg.RandomMatrices.skew;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.linalg.Linalg.Lu;
import io.tharsis.linalg.Linalg.Qr;
import io.tharsis.linalg.Linalg.Svd;

import org.junit.jupiter.api.Test;

import java.util.function.Supplier;

/**
 * What must hold of every factorization, over random shapes on both sides of the block widths,
 * ragged chunks, conditions up to 1e12 and ranks below full. Bounds are epsilon times the size of
 * the matrix, times a factor for each kind.
 */
class LinalgPropertiesTest {
    private static final int ROUNDS = 6;

    private final RandomMatrices random = new RandomMatrices(this);

    /** A property of one random matrix. */
    @FunctionalInterface
    private interface Property {
        void check();
    }

    private void repeat(Property property) {
        repeat(random::session, property);
    }

    private void repeat(Supplier<Session> sessions, Property property) {
        for (int round = 0; round < ROUNDS; round++) {
            try (Session session = sessions.get();
                    var _ = session.bind()) {
                property.check();
            }
        }
    }

    private static void within(double bound, double error, String what) {
        assertTrue(error <= bound, () -> what + ": " + error + " exceeds " + bound);
    }

    private static String name(Tensor a) {
        return "shape (" + a.shape(0) + ", " + a.shape(1) + ")";
    }

    private Tensor matrix() {
        int most = random.below(3) == 0 ? 700 : 90;
        Tensor a = random.conditioned(random.length(most), random.length(most), random.condition());
        return random.below(2) == 0 ? a : random.scaled(a);
    }

    private Tensor tall() {
        return random.conditioned(300 + random.length(9000), random.length(60), random.condition());
    }

    private static double size(Tensor a) {
        return Math.max(a.shape(0), a.shape(1)) * EPSILON;
    }

    @Test
    void shouldFactorIntoOrthonormalColumnsAndATriangle() {
        repeat(() -> checkQr(random.below(2) == 0 ? matrix() : tall(), false));
        repeat(() -> checkQr(matrix(), true));
    }

    private void checkQr(Tensor a, boolean complete) {
        Qr qr = Linalg.qr(a, complete);
        Tensors.execute(qr.q(), qr.r());
        within(10 * size(a), skew(qr.q()), "Q of " + name(a));
        within(
                10 * size(a) * largest(a),
                largest(qr.q().matmul(qr.r()).minus(a)),
                "Q R of " + name(a));
        assertEquals(0, largest(tril(qr.r(), -1)), "below R");
        within(
                complete ? 10 * size(a) * largest(a) : 0,
                Linalg.qrTriangle(a).minus(qr.r().get(":" + k(a))).abs().max().item(),
                "R alone of " + name(a));
        long k = k(a);
        assertTrue(diagonal(qr.r(), k).ge(0).all().itemBoolean(), "R's diagonal is not negative");
    }

    private static long k(Tensor a) {
        return Math.min(a.shape(0), a.shape(1));
    }

    private static Tensor diagonal(Tensor r, long k) {
        return Tensors.diag(r.get(":" + k + ", :" + k));
    }

    @Test
    void shouldComposeSingularVectorsAndValuesToTheMatrix() {
        repeat(() -> checkSvd(random.below(2) == 0 ? matrix() : tall(), false));
        repeat(() -> checkSvd(matrix(), true));
        repeat(
                () -> {
                    long m = random.length(400);
                    long n = random.length(400);
                    checkSvd(random.ofRank(m, n, 1 + random.below((int) Math.min(m, n))), false);
                });
    }

    private void checkSvd(Tensor a, boolean full) {
        checkSvd(a, full, 20, name(a));
    }

    private void checkSvd(Tensor a, boolean full, double times, String what) {
        Svd svd = Linalg.svd(a, full);
        Tensors.execute(svd.u(), svd.s(), svd.vt());
        long k = k(a);
        within(times * size(a), skew(svd.u()), "U of " + what);
        within(times * size(a), skew(svd.vt().T()), "V of " + what);
        double bound = times * size(a) * Math.max(svd.s().max().item(), Double.MIN_NORMAL);
        Tensor u = svd.u().get(":, :" + k);
        Tensor vt = svd.vt().get(":" + k);
        within(bound, largest(u.times(svd.s()).matmul(vt).minus(a)), "U S Vᵀ of " + what);
        assertTrue(svd.s().ge(0).all().itemBoolean(), "values are not negative");
        assertTrue(
                k < 2 || svd.s().get(":-1").ge(svd.s().get("1:")).all().itemBoolean(),
                "values descend");
        within(bound, largest(Linalg.svdvals(a).minus(svd.s())), "values alone of " + what);
    }

    /** In blocks, with what makes halves deflate: multiple values, low ranks, rows of 0. */
    @Test
    void shouldDecomposeSquareMatricesOfAnyKindByHalves() {
        repeat(
                () -> RandomMatrices.session(1 + random.below(2), 50_000L << random.below(8)),
                () -> {
                    long n = 513 + random.below(100);
                    Tensor b = random.normal(n, n);
                    Tensor p = Linalg.qr(b).q();
                    Tensor q = Linalg.qr(random.normal(n, n)).q();
                    Tensor few = Tensors.floor(random.normal(n).times(2.0));
                    Tensor graded = Tensors.logspace(0, -random.below(300), n);
                    Tensor low = random.normal(n, 1 + random.below(5));
                    Tensor[] kinds = {
                        b,
                        p,
                        p.times(few).matmul(q.T()),
                        p.times(graded).matmul(q.T()),
                        p.times(graded),
                        low.matmul(low.T()),
                        Tensors.ones(n, n),
                        Tensors.zeros(n, n),
                        eye(n).times(-3.0),
                        Tensors.eye(n, n, 1),
                        Tensors.eye(n, n, -100),
                        Tensors.diag(few),
                        Tensors.diag(graded).plus(Tensors.eye(n, n, 1)),
                        Tensors.eye(n, n, 0).plus(Tensors.eye(n, n, 1)),
                        Tensors.triu(Tensors.ones(n, n)),
                        b.times(1e-300),
                        b.times(1e300),
                        blocks(b, 1, 1e-320),
                        blocks(b, 1e-320, 1),
                        blocks(b, 1e200, 1e-110),
                        bidiagonal(first(n, 1, Double.MIN_VALUE), first(n, 1, Double.MIN_VALUE)),
                        bidiagonal(first(n, 1e-310, 1), first(n, 1, 1)),
                        bidiagonal(scales(n, 320), scales(n, 320))
                    };
                    for (int i = 0; i < 2; i++) {
                        int kind = random.below(kinds.length);
                        checkSvd(kinds[kind], false, 2, "kind " + kind + ", n = " + n);
                    }
                });
    }

    /** In one call, by rotations that must not be made of numbers with too few bits. */
    @Test
    void shouldDecomposeBidiagonalMatricesOfAnyScales() {
        repeat(
                () -> {
                    for (int round = 0; round < 30; round++) {
                        long n = random.length(80);
                        Tensor up = Tensors.logspace(-random.below(308), 0, n);
                        Tensor a =
                                switch (random.below(4)) {
                                    case 0 -> bidiagonal(up, up);
                                    case 1 -> bidiagonal(up.get("::-1"), up);
                                    case 2 -> bidiagonal(first(n, 1e-310, 1), first(n, 1, 1));
                                    default -> bidiagonal(scales(n, 320), scales(n, 320));
                                };
                        checkSvd(a, false, 20, "bidiagonal, " + name(a));
                    }
                });
    }

    private static Tensor bidiagonal(Tensor d, Tensor e) {
        long n = d.size();
        Tensor above = Tensors.eye(n, n, 1).times(e.expandDims(1));
        return Tensors.diag(d).plus(above).execute();
    }

    private static Tensor first(long n, double first, double others) {
        return Tensors.where(Tensors.arange(n).eq(0), first, others);
    }

    private Tensor scales(long n, int decades) {
        return Tensors.power(10.0, random.normal(n).abs().clip(0.0, 1.0).times(-decades));
    }

    /** The first half of rows and columns, and the others, each of its own scale. */
    private static Tensor blocks(Tensor b, double first, double second) {
        Tensor isFirst = Tensors.arange(b.shape(0)).lt(b.shape(0) / 2);
        Tensor isBlock = isFirst.expandDims(1).eq(isFirst);
        Tensor scales = Tensors.where(isFirst, first, second).expandDims(1);
        return Tensors.where(isBlock, b.times(scales), 0.0).execute();
    }

    @Test
    void shouldFindSmallSingularValuesToEpsilonOfTheLargest() {
        repeat(
                () -> {
                    double condition = random.condition();
                    Tensor a = random.conditioned(2000, random.length(50), condition);
                    Tensor expected = Tensors.logspace(0, -Math.log10(condition), a.shape(1));
                    within(
                            100 * EPSILON * a.shape(1),
                            largest(Linalg.svdvals(a).minus(expected)),
                            "values of " + name(a));
                });
    }

    @Test
    void shouldPermuteAndFactorIntoTriangles() {
        repeat(
                () -> {
                    Tensor a = matrix();
                    Lu lu = Linalg.lu(a);
                    Tensors.execute(lu.permutation(), lu.l(), lu.u());
                    Tensor permuted = rows(lu.permutation()).matmul(a);
                    within(
                            20 * size(a) * largest(a),
                            largest(lu.l().matmul(lu.u()).minus(permuted)),
                            "L U of " + name(a));
                    assertEquals(1, largest(lu.l()), "pivots are the largest");
                    assertEquals(0, largest(triu(lu.l(), 1)), "above L");
                    assertEquals(0, largest(tril(lu.u(), -1)), "below U");
                });
    }

    @Test
    void shouldFactorPositiveDefiniteMatrices() {
        repeat(
                () -> {
                    long n = random.length(random.below(2) == 0 ? 700 : 90);
                    Tensor b = random.normal(n, n);
                    Tensor a = b.matmul(b.T()).plus(eye(n).times(0.01)).execute();
                    Tensor l = Linalg.cholesky(a.plus(triu(random.normal(n, n), 1))).execute();
                    within(
                            10 * size(a) * largest(a),
                            largest(l.matmul(l.T()).minus(a)),
                            "L Lᵀ of " + name(a));
                    assertEquals(0, largest(triu(l, 1)), "above L");
                });
    }

    /** The residual is small whatever the condition: what backward stable means. */
    @Test
    void shouldSolveWithSmallResiduals() {
        repeat(
                () -> {
                    long n = random.length(random.below(2) == 0 ? 600 : 90);
                    Tensor a = random.conditioned(n, n, random.condition());
                    Tensor b = random.normal(n, random.length(100));
                    Tensor x = Linalg.solve(a, b).execute();
                    double scale = largest(a) * n * largest(x) + largest(b);
                    within(
                            20 * EPSILON * n * scale,
                            largest(a.matmul(x).minus(b)),
                            "solve of " + name(a));
                });
    }

    @Test
    void shouldSolveTrianglesWithSmallResiduals() {
        repeat(
                () -> {
                    long n = random.length(random.below(2) == 0 ? 600 : 90);
                    Tensor a = random.normal(n, n).plus(eye(n).times(n)).execute();
                    Tensor b = random.normal(n, random.length(100));
                    boolean lower = random.below(2) == 0;
                    Tensor triangle = lower ? tril(a) : triu(a);
                    Tensor x = Linalg.solveTriangular(a, b, lower, false).execute();
                    within(
                            10 * EPSILON * n * (largest(a) * largest(x) + largest(b)),
                            largest(triangle.matmul(x).minus(b)),
                            "triangle of " + name(a));
                });
    }

    @Test
    void shouldInvertWithinTheCondition() {
        repeat(
                () -> {
                    long n = random.length(random.below(2) == 0 ? 500 : 60);
                    double condition = random.condition();
                    Tensor a = random.conditioned(n, n, condition);
                    Tensor inverse = Linalg.inv(a).execute();
                    within(
                            20 * EPSILON * n * condition,
                            largest(a.matmul(inverse).minus(eye(n))),
                            "A A⁻¹ of " + name(a) + " condition " + condition);
                });
    }

    @Test
    void shouldSatisfyTheNormalEquations() {
        repeat(
                () -> {
                    Tensor a = random.below(2) == 0 ? tall() : matrix();
                    Tensor b = random.normal(a.shape(0), random.length(3));
                    Tensor x = Linalg.lstsq(a, b).x().execute();
                    Tensor residual = a.matmul(x).minus(b).execute();
                    double scale = largest(a) * (a.shape(1) * largest(a) * largest(x) + largest(b));
                    within(
                            100 * size(a) * scale,
                            largest(a.T().matmul(residual)),
                            "Aᵀ(A x - b) of " + name(a));
                });
    }

    @Test
    void shouldCountTheRankAndAnswerTheShortestSolution() {
        repeat(
                () -> {
                    long m = 2 + random.length(200);
                    long n = 2 + random.length(60);
                    long rank = 1 + random.below((int) Math.min(m, n) - 1);
                    Tensor a = random.ofRank(m, n, rank);
                    assertEquals(rank, Linalg.matrixRank(a).itemLong(), "rank of " + name(a));
                    Tensor b = random.normal(m);
                    var solution = Linalg.lstsq(a, b, 1e-10);
                    assertEquals(rank, solution.rank().itemLong());
                    assertEquals(0, solution.residuals().execute().size());
                    Tensor pinv = Linalg.pinv(a, 1e-10).execute();
                    Tensor x = pinv.matmul(b);
                    within(
                            1e-8 * largest(x),
                            largest(x.minus(solution.x())),
                            "pinv against lstsq of " + name(a));
                    within(1e-8 * largest(a), largest(a.matmul(pinv).matmul(a).minus(a)), "A A⁺ A");
                });
    }

    @Test
    void shouldDiagonalizeSymmetricMatrices() {
        repeat(
                () -> {
                    long n = random.length(random.below(2) == 0 ? 300 : 60);
                    Tensor b = random.normal(n, n);
                    Tensor a = b.plus(b.T()).execute();
                    var eigen = Linalg.eigh(a);
                    Tensors.execute(eigen.values(), eigen.vectors());
                    Tensor v = eigen.vectors();
                    within(20 * size(a), skew(v), "vectors of " + name(a));
                    within(
                            20 * size(a) * largest(eigen.values()),
                            largest(a.matmul(v).minus(v.times(eigen.values()))),
                            "A V - V W of " + name(a));
                    within(
                            20 * size(a) * largest(eigen.values()),
                            largest(Linalg.eigvalsh(a).minus(eigen.values())),
                            "values alone");
                });
    }

    private void diagonalizes(Tensor a, String what) {
        var eigen = Linalg.eigh(a);
        Tensors.execute(eigen.values(), eigen.vectors());
        Tensor v = eigen.vectors();
        double scale = Math.max(largest(eigen.values()), Double.MIN_NORMAL);
        within(size(a), skew(v), "vectors of " + what);
        within(
                size(a) * scale,
                largest(a.matmul(v).minus(v.times(eigen.values()))),
                "A V - V W of " + what);
        within(
                size(a) * scale,
                largest(Linalg.eigvalsh(a).minus(eigen.values())),
                "values alone of " + what);
        assertTrue(
                eigen.values().get("1:").ge(eigen.values().get(":-1")).all().itemBoolean(),
                "values ascend");
    }

    /** In blocks, with what makes halves deflate: multiple values, low ranks, tears of 0. */
    @Test
    void shouldDiagonalizeSymmetricMatricesOfAnyKindByHalves() {
        repeat(
                () -> {
                    long n = 257 + random.below(150);
                    Tensor b = random.normal(n, n);
                    Tensor q = Linalg.qr(b).q();
                    Tensor few = Tensors.floor(random.normal(n).times(2.0));
                    Tensor graded = Tensors.logspace(0, -random.below(300), n);
                    Tensor low = random.normal(n, 1 + random.below(5));
                    Tensor[] kinds = {
                        b.plus(b.T()),
                        q.times(few).matmul(q.T()),
                        q.times(graded).matmul(q.T()),
                        low.matmul(low.T()),
                        Tensors.ones(n, n),
                        Tensors.zeros(n, n),
                        eye(n).times(-3.0),
                        Tensors.diag(few),
                        b.plus(b.T()).times(1e-300),
                        b.plus(b.T()).times(1e300)
                    };
                    int kind = random.below(kinds.length);
                    // q D qᵀ is symmetric to rounding alone; its lower half is what counts
                    Tensor lower = tril(kinds[kind]);
                    Tensor a = lower.plus(tril(lower, -1).T()).execute();
                    diagonalizes(a, "kind " + kind + " of " + name(a));
                });
    }

    @Test
    void shouldFindRealEigenvaluesOfGeneralMatrices() {
        repeat(
                () -> {
                    long n = random.length(40);
                    Tensor basis = random.conditioned(n, n, 10);
                    Tensor values = Tensors.linspace(1, 2, n);
                    Tensor a = basis.times(values).matmul(Linalg.inv(basis)).execute();
                    var eigen = Linalg.eig(a);
                    within(
                            1e4 * size(a),
                            largest(Tensors.sort(eigen.values()).minus(values)),
                            "values of " + name(a));
                    Tensor v = eigen.vectors();
                    within(
                            1e4 * size(a),
                            largest(a.matmul(v).minus(v.times(eigen.values()))),
                            "A V - V W of " + name(a));
                });
    }

    @Test
    void shouldSketchTheLargestSingularValues() {
        repeat(
                () -> {
                    Tensor a = random.ofRank(300 + random.length(300), 200, 7);
                    Svd svd = Linalg.randomizedSvd(a, 7);
                    Tensor expected = Linalg.svdvals(a).get(":7");
                    within(
                            1e-10 * largest(expected),
                            largest(svd.s().minus(expected)),
                            "values of " + name(a));
                    within(
                            1e-10 * largest(expected),
                            largest(svd.u().times(svd.s()).matmul(svd.vt()).minus(a)),
                            "U S Vᵀ of " + name(a));
                });
    }
}
