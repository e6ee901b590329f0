package io.tharsis.node.workload;

import static io.tharsis.Tensors.random;
import static io.tharsis.Tensors.sqrt;

/** Points of the unit square within the circle. */
final class Pi extends Workload {
    Pi() {
        super("pi", "4 * sqrt(uniform(n, 2).square().sum(1)).lt(1).sum() / n", 200_000_000);
    }

    @Override
    public Run prepare(long size) {
        return new Reduced(size, 0) {
            @Override
            double compute() {
                return 4.0
                        * sqrt(random(0).uniform(size, 2).square().sum(1)).lt(1).sum().itemLong()
                        / size;
            }
        };
    }
}
