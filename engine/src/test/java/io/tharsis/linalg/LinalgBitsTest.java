package io.tharsis.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.function.Function;

/** The bits of a factorization are the same for every chunking and number of threads. */
class LinalgBitsTest {
    private static double[][] bits(
            int threads,
            long chunkBytes,
            DType type,
            long rows,
            long columns,
            Function<Tensor, List<Tensor>> function) {
        try (Session session = RandomMatrices.session(threads, chunkBytes);
                var _ = session.bind()) {
            Tensor a = Tensors.random(5).normal(rows, columns).astype(type).execute();
            return function.apply(a).stream()
                    .map(part -> part.astype(DType.FLOAT64).toDoubleArray())
                    .toArray(double[][]::new);
        }
    }

    private static void same(long rows, long columns, Function<Tensor, List<Tensor>> function) {
        same(rows, columns, function, 777, 100_000, 1 << 22);
    }

    private static void same(
            long rows,
            long columns,
            Function<Tensor, List<Tensor>> function,
            long... sizesOfChunks) {
        for (DType type : List.of(DType.FLOAT64, DType.FLOAT32)) {
            double[][] expected = bits(1, 1L << 27, type, rows, columns, function);
            for (long chunkBytes : sizesOfChunks) {
                double[][] actual = bits(2, chunkBytes, type, rows, columns, function);
                for (int part = 0; part < expected.length; part++) {
                    assertArrayEquals(expected[part], actual[part], 0.0);
                }
            }
        }
    }

    @Test
    void shouldGiveTheBitsOfOneChunkForTallMatrices() {
        same(
                40_001,
                7,
                a -> {
                    var svd = Linalg.svd(a);
                    return List.of(svd.u(), svd.s(), svd.vt(), Linalg.qrTriangle(a));
                });
    }

    @Test
    void shouldGiveTheBitsOfOneChunkForSquareFactorizations() {
        same(
                301,
                301,
                a -> {
                    var lu = Linalg.lu(a);
                    var qr = Linalg.qr(a);
                    Tensor definite = a.matmul(a.T()).plus(Tensors.eye(301).astype(a.dtype()));
                    return List.of(
                            lu.permutation(),
                            lu.u(),
                            qr.q(),
                            qr.r(),
                            Linalg.cholesky(definite),
                            Linalg.inv(a),
                            Linalg.det(a));
                });
    }

    @Test
    void shouldGiveTheBitsOfOneChunkForEigenvectorsByHalves() {
        same(
                301,
                301,
                a -> {
                    var eigen = Linalg.eigh(a);
                    return List.of(eigen.values(), eigen.vectors(), Linalg.eigvalsh(a));
                });
    }

    @Test
    void shouldGiveTheBitsOfOneChunkForSingularVectorsByHalves() {
        same(
                521,
                521,
                a -> {
                    var svd = Linalg.svd(a);
                    return List.of(svd.u(), svd.s(), svd.vt(), Linalg.svdvals(a));
                },
                30_000,
                1 << 22);
    }

    @Test
    void shouldGiveTheBitsOfOneChunkForStacks() {
        same(
                90,
                12,
                a -> {
                    Tensor stack = a.reshape(30, 6, 6);
                    var eigen = Linalg.eigh(stack);
                    return List.of(
                            eigen.values(), eigen.vectors(), Linalg.inv(stack), Linalg.det(stack));
                });
    }
}
