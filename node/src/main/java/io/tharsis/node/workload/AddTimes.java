package io.tharsis.node.workload;

import static io.tharsis.Tensors.random;

import io.tharsis.Tensor;

/** The smallest chain, bound by memory. */
final class AddTimes extends Workload {
    AddTimes() {
        super("add-times", "(a + 1) * 2, kept", 400_000_000);
    }

    @Override
    public Run prepare(long size) {
        Tensor a = random(0).uniform(size).execute();
        return new Kept(size, 16 * size) {
            @Override
            Tensor[] build() {
                return new Tensor[] {a.plus(1).times(2)};
            }
        };
    }
}
