package io.tharsis.node.workload;

import static io.tharsis.Tensors.random;

import io.tharsis.DType;
import io.tharsis.Tensor;

/** The product of two square matrices of uniform numbers. */
final class Matmul extends Workload {
    private final DType type;

    Matmul(String name, String description, DType type) {
        super(name, description, 4_000_000);
        this.type = type;
    }

    @Override
    public Run prepare(long size) {
        long n = side(size);
        Tensor a = random(0).uniform(type, n, n).execute();
        Tensor b = random(1).uniform(type, n, n).execute();
        return new Kept(n * n, 3 * n * n * type.byteSize()) {
            @Override
            Tensor[] build() {
                return new Tensor[] {a.matmul(b)};
            }

            /** The mean of a product of two elements. */
            @Override
            double value(Tensor[] kept) {
                return kept[0].mean().item() / n;
            }
        };
    }

    /** The rows of a square matrix of at most {@code size} elements. */
    static long side(long size) {
        return Math.max(1, (long) Math.sqrt(size));
    }
}
