package io.tharsis.node.workload;

import static io.tharsis.Tensors.random;

import io.tharsis.Tensor;

/** The product of three matrices: n by n, n by n / 8, n / 8 by n. */
final class MatmulChain extends Workload {
    private static final long NARROWER = 8;

    MatmulChain() {
        super("matmul-chain", "a.matmul(b).matmul(c), n by n, n by n/8, n/8 by n, kept", 4_000_000);
    }

    @Override
    public Run prepare(long size) {
        long n = Matmul.side(size);
        long r = Math.max(1, n / NARROWER);
        Tensor a = random(0).uniform(n, n).execute();
        Tensor b = random(1).uniform(n, r).execute();
        Tensor c = random(2).uniform(r, n).execute();
        return new Kept(n * n, 8 * (2 * n * n + 2 * n * r)) {
            @Override
            Tensor[] build() {
                return new Tensor[] {a.matmul(b).matmul(c)};
            }

            /** The mean of a product of three elements. */
            @Override
            double value(Tensor[] kept) {
                return kept[0].mean().item() / (n * r);
            }
        };
    }
}
