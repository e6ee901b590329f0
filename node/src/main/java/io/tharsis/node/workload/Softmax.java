package io.tharsis.node.workload;

import static io.tharsis.Tensors.random;
import static io.tharsis.Tensors.softmax;

import io.tharsis.Tensor;

/**
 * Rows of 1000: a maximum, a sum and a division that depend on one another. The value is the mean
 * of the rows' largest shares.
 */
final class Softmax extends Workload {
    private static final long COLUMNS = 1000;

    Softmax() {
        super("softmax", "softmax(a, -1) of (n / 1000, 1000) for a in [-10, 10), kept", 50_000_000);
    }

    @Override
    public Run prepare(long size) {
        long rows = Math.max(1, size / COLUMNS);
        Tensor a = random(0).uniform(-10.0, 10.0, rows, COLUMNS).execute();
        return new Kept(rows * COLUMNS, 16 * rows * COLUMNS) {
            @Override
            Tensor[] build() {
                return new Tensor[] {softmax(a, -1)};
            }

            @Override
            double value(Tensor[] kept) {
                return kept[0].max(-1).mean().item();
            }
        };
    }
}
