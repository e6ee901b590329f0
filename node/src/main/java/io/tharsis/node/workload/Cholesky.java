package io.tharsis.node.workload;

import static io.tharsis.Tensors.eye;
import static io.tharsis.Tensors.random;

import io.tharsis.Tensor;
import io.tharsis.linalg.Linalg;

/**
 * The Cholesky factor of a symmetric matrix of uniform numbers with n more on its diagonal. The
 * value is the mean of its elements, from the squared sums of the factor's columns.
 */
final class Cholesky extends Workload {
    Cholesky() {
        super("cholesky", "cholesky(a) of a square matrix with n elements, kept", 16_777_216);
    }

    @Override
    public Run prepare(long size) {
        long n = Matmul.side(size);
        Tensor u = random(0).uniform(n, n);
        Tensor a = u.plus(u.T()).div(2).plus(eye(n).times(n)).execute();
        return new Kept(n * n, 16 * n * n) {
            @Override
            Tensor[] build() {
                return new Tensor[] {Linalg.cholesky(a)};
            }

            @Override
            double value(Tensor[] kept) {
                return kept[0].sum(0).square().sum().item() / (n * n);
            }
        };
    }
}
