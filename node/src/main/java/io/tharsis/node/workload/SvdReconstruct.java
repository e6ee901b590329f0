package io.tharsis.node.workload;

import static io.tharsis.Tensors.random;

import io.tharsis.Tensor;
import io.tharsis.linalg.Linalg;
import io.tharsis.linalg.Linalg.Svd;

/** A tall matrix taken apart and put together again; the value is the mean of its squares. */
final class SvdReconstruct extends Workload {
    private static final long COLUMNS = 32;

    SvdReconstruct() {
        super(
                "svd-reconstruct",
                "(u * s).matmul(vt) of svd(a), a normal (n / 32, 32), kept",
                128_000_000);
    }

    @Override
    public Run prepare(long size) {
        long rows = Math.max(1, size / COLUMNS);
        Tensor a = random(0).normal(rows, COLUMNS).execute();
        return new Kept(rows * COLUMNS, 16 * rows * COLUMNS) {
            @Override
            Tensor[] build() {
                Svd svd = Linalg.svd(a);
                return new Tensor[] {svd.u().times(svd.s()).matmul(svd.vt())};
            }

            @Override
            double value(Tensor[] kept) {
                return kept[0].square().mean().item();
            }
        };
    }
}
