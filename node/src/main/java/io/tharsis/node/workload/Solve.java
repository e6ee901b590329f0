package io.tharsis.node.workload;

import static io.tharsis.Tensors.random;

import io.tharsis.Tensor;
import io.tharsis.linalg.Linalg;

/** A system of uniform numbers, whose pivots are anywhere; the value is the mean of A x. */
final class Solve extends Workload {
    Solve() {
        super(
                "solve",
                "solve(a, b) of a square matrix with n elements and a vector, kept",
                16_777_216);
    }

    @Override
    public Run prepare(long size) {
        long n = Matmul.side(size);
        Tensor a = random(0).uniform(n, n).execute();
        Tensor b = random(1).uniform(n).execute();
        return new Kept(n * n, 8 * n * n) {
            @Override
            Tensor[] build() {
                return new Tensor[] {Linalg.solve(a, b)};
            }

            @Override
            double value(Tensor[] kept) {
                return a.matmul(kept[0]).mean().item();
            }
        };
    }
}
