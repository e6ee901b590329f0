package io.tharsis.linalg;

import static io.tharsis.Tensors.arange;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.engine.LocalEngine;
import io.tharsis.engine.memory.MemoryBudget;

import java.util.Random;

/** Matrices of a known condition or rank, and engines that cut them anywhere. */
final class RandomMatrices {
    static final double EPSILON = 0x1p-52;

    private final Random random;

    /** Says which seed it takes: {@code -Dtharsis.seed=N}, else one from the clock. */
    RandomMatrices(Object test) {
        long seed = Long.getLong("tharsis.seed", System.nanoTime() & 0xFFFFFF);
        System.out.println(test.getClass().getSimpleName() + " -Dtharsis.seed=" + seed);
        random = new Random(seed);
    }

    static Session session(int threads, long chunkBytes) {
        return Session.over(
                new LocalEngine(threads, new MemoryBudget(1L << 29), chunkBytes), false);
    }

    /** With one or two threads and chunks of 500 bytes to 4 MB. */
    Session session() {
        return session(1 + random.nextInt(2), 500L << random.nextInt(14));
    }

    long length(int most) {
        return 1 + random.nextInt(most);
    }

    /** One of 1 to 1e12. */
    double condition() {
        return Math.pow(10, random.nextInt(13));
    }

    Tensor normal(long... shape) {
        return Tensors.random(random.nextInt(1 << 20)).normal(shape);
    }

    /** Columns at right angles, from reflections of the identity: no factorization under test. */
    private Tensor orthonormal(long rows, long columns) {
        Tensor q = Tensors.eye(rows, columns, 0);
        for (int i = 0; i < 3; i++) {
            Tensor v = normal(rows, 1);
            Tensor scale = Tensors.divide(2.0, v.square().sum());
            q = q.minus(v.times(scale).matmul(v.T().matmul(q)));
        }
        return q;
    }

    /** Singular values from 1 down to 1 / {@code condition}, evenly in their logarithms. */
    Tensor conditioned(long rows, long columns, double condition) {
        long k = Math.min(rows, columns);
        Tensor values = Tensors.logspace(0, -Math.log10(condition), k);
        return orthonormal(rows, k).times(values).matmul(orthonormal(columns, k).T()).execute();
    }

    Tensor ofRank(long rows, long columns, long rank) {
        return normal(rows, rank).matmul(normal(rank, columns)).execute();
    }

    /** Columns at random lengths, as data has them: 1e-6 to 1e6. */
    Tensor scaled(Tensor a) {
        Tensor powers = normal(a.shape(1)).times(3).clip(-6.0, 6.0);
        return a.times(Tensors.power(10.0, powers)).execute();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    static double largest(Tensor a) {
        return a.size() == 0 ? 0 : a.abs().max().item();
    }

    /** How far columns are from orthonormal. */
    static double skew(Tensor q) {
        Tensor gram = q.T().matmul(q);
        return largest(gram.minus(Tensors.eye(q.shape(1)).astype(DType.FLOAT64)));
    }

    /** A permutation matrix for rows. */
    static Tensor rows(Tensor permutation) {
        long n = permutation.shape(0);
        return permutation.expandDims(1).eq(arange(n)).astype(DType.FLOAT64);
    }
}
