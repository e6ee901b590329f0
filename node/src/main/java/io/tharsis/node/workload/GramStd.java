package io.tharsis.node.workload;

import static io.tharsis.Tensors.random;

import io.tharsis.Tensor;

/** The spread of a product of a matrix with its transpose, less the matrix. */
final class GramStd extends Workload {
    GramStd() {
        super("gram-std", "(a.matmul(a.T()) - a).std() of a square matrix", 25_000_000);
    }

    @Override
    public Run prepare(long size) {
        long n = Matmul.side(size);
        Tensor a = random(0).uniform(n, n).execute();
        return new Reduced(n * n, 8 * n * n) {
            @Override
            double compute() {
                return a.matmul(a.T()).minus(a).std().item();
            }
        };
    }
}
