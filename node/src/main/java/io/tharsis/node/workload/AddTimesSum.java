package io.tharsis.node.workload;

import static io.tharsis.Tensors.random;

import io.tharsis.Tensor;

/** The smallest chain with a closing reduction, bound by reading memory. */
final class AddTimesSum extends Workload {
    AddTimesSum() {
        super("add-times-sum", "sum((a + 1) * 2)", 400_000_000);
    }

    @Override
    public Run prepare(long size) {
        Tensor a = random(0).uniform(size).execute();
        return new Reduced(size, 8 * size) {
            @Override
            double compute() {
                return a.plus(1).times(2).sum().item();
            }
        };
    }
}
