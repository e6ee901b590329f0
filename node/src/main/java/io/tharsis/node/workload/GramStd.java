package io.tharsis.node.workload;

import static io.tharsis.Tensors.fromNpy;
import static io.tharsis.Tensors.random;

import io.tharsis.Tensor;

import java.nio.file.Path;

/** The spread of a product of a matrix with its transpose, less the matrix. */
final class GramStd extends FileWorkload {
    /** Where the matrix comes from. */
    enum Input {
        KEPT,
        RANDOM,
        FILE
    }

    private final Input input;

    GramStd(String name, String description, Input input) {
        super(name, description, 25_000_000);
        this.input = input;
    }

    @Override
    public boolean isOverFiles() {
        return input == Input.FILE;
    }

    private static Tensor uniform(long n) {
        return random(0).uniform(n, n);
    }

    private static double compute(Tensor a) {
        return a.matmul(a.T()).minus(a).std().item();
    }

    @Override
    public Run prepare(long size, Path folder) {
        long n = Matmul.side(size);
        long bytes = 8 * n * n;
        return switch (input) {
            case KEPT -> {
                Tensor a = uniform(n).execute();
                yield new Reduced(n * n, bytes) {
                    @Override
                    double compute() {
                        return GramStd.compute(a);
                    }
                };
            }
            case RANDOM ->
                    new Reduced(n * n, 0) {
                        @Override
                        double compute() {
                            return GramStd.compute(uniform(n));
                        }
                    };
            case FILE -> {
                var files = new WorkloadFiles(folder);
                Path file = files.input("gram-std-" + n, () -> uniform(n));
                yield new FileRun(files, n * n, bytes) {
                    private double value;

                    @Override
                    public void once() {
                        value = GramStd.compute(fromNpy(file));
                    }

                    @Override
                    public double value() {
                        return value;
                    }
                };
            }
        };
    }
}
