package io.tharsis.node.workload;

import static io.tharsis.Tensors.random;

import io.tharsis.Tensor;

import java.nio.file.Path;

/** A product of matrices that are computed and kept, to a file. */
final class ProductNpy extends FileWorkload {
    ProductNpy() {
        super(
                "product-npy",
                "(b * 2 - b.T()).matmul(c) to .npy, square b and c of n elements computed and kept",
                4_000_000);
    }

    @Override
    public Run prepare(long size, Path folder) {
        long n = Matmul.side(size);
        var files = new WorkloadFiles(folder);
        Path to = files.output("product-" + n);
        return new FileRun(files, n * n, 24 * n * n) {
            @Override
            public void once() {
                // of more than one number, so that they are data and cannot be made again
                Tensor r = random(0).uniform(n, 1);
                Tensor s = random(1).uniform(n);
                try (Tensor b = random(2).uniform(n, n).plus(r).execute();
                        Tensor c = random(3).uniform(n, n).plus(s).execute()) {
                    b.times(2).minus(b.T()).matmul(c).toNpy(to);
                }
            }

            /** The mean of a product of two elements, each about 1. */
            @Override
            public double value() {
                return WorkloadFiles.mean(to, product -> product) / n;
            }
        };
    }
}
