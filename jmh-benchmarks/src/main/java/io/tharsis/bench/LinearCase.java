package io.tharsis.bench;

import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.linalg.Linalg;

import java.util.SplittableRandom;

/**
 * One function of linear algebra over float64 matrices, n x n, the same elements on every side.
 *
 * <p>The answers of two sides are compared by one number of each.
 *
 * @param a row-major; for CHOLESKY and SOLVE symmetric and positive definite
 * @param b row-major, the right operand of MATMUL and the right-hand sides of SOLVE
 */
record LinearCase(LinearFunction function, int n, double[] a, double[] b) {
    static LinearCase of(LinearFunction function, int n) {
        var random = new SplittableRandom(42);
        double[] a = random.doubles((long) n * n).toArray();
        double[] b = random.doubles((long) n * n).toArray();
        if (function == LinearFunction.CHOLESKY || function == LinearFunction.SOLVE) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    a[i * n + j] = a[j * n + i];
                }
                a[i * n + i] += n;
            }
        }
        return new LinearCase(function, n, a, b);
    }

    /**
     * Lazily: {@code x} times {@code y}, the factor, the solutions, or u, s and vt of {@code x}.
     */
    Tensor[] results(Tensor x, Tensor y) {
        return switch (function) {
            case MATMUL -> new Tensor[] {x.matmul(y)};
            case CHOLESKY -> new Tensor[] {Linalg.cholesky(x)};
            case SOLVE -> new Tensor[] {Linalg.solve(x, y)};
            case SVD -> {
                Linalg.Svd svd = Linalg.svd(x, false);
                yield new Tensor[] {svd.s(), svd.u(), svd.vt()};
            }
        };
    }

    /** The number that a rival must find too. */
    double expected() {
        try (Tensor x = Tensors.array(a).reshape(n, n).execute();
                Tensor y = Tensors.array(b).reshape(n, n).execute()) {
            Tensor first = results(x, y)[0];
            return (function == LinearFunction.CHOLESKY ? first.square() : first).sum().item();
        }
    }

    /** Throws unless the sum of {@code first} (for CHOLESKY of its squares) is as expected. */
    void check(double[] first) {
        double sum = 0;
        for (double x : first) {
            sum += function == LinearFunction.CHOLESKY ? x * x : x;
        }
        Data.checkClose(expected(), sum, 1e-9);
    }
}
