package io.tharsis.node.workload;

import static io.tharsis.Tensors.fromNpy;
import static io.tharsis.Tensors.random;

import io.tharsis.Tensor;

import java.nio.file.Path;

/** Columns or rows of a file brought to mean 0 and spread 1, to a file. */
final class ZScoreNpy extends FileWorkload {
    private static final long COLUMNS = 1000;

    private final int axis;

    ZScoreNpy(String name, int axis) {
        super(
                name,
                "(x - x.mean("
                        + axis
                        + ")) / x.std("
                        + axis
                        + ") of float64 (n / 1000, 1000), from .npy to .npy",
                25_000_000);
        this.axis = axis;
    }

    @Override
    public Run prepare(long size, Path folder) {
        long rows = Math.max(2, size / COLUMNS);
        var files = new WorkloadFiles(folder);
        Path from = files.input("zscore-" + rows, () -> random(0).uniform(rows, COLUMNS).times(3));
        Path to = files.output("zscore-" + rows);
        return new FileRun(files, rows * COLUMNS, 16 * rows * COLUMNS) {
            @Override
            public void once() {
                Tensor x = fromNpy(from);
                x.minus(x.mean(true, axis)).div(x.std(0, true, axis)).toNpy(to);
            }

            @Override
            public double value() {
                return WorkloadFiles.mean(to, Tensor::square);
            }
        };
    }
}
