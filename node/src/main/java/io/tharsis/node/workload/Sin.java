package io.tharsis.node.workload;

import static io.tharsis.Tensors.random;

import io.tharsis.Tensor;

/**
 * A transcendental function, bound by arithmetic. The value is the mean of the squares, since the
 * mean itself is near zero.
 */
final class Sin extends Workload {
    Sin() {
        super("sin", "sin(a) for a in [-10, 10), kept", 67_000_000);
    }

    @Override
    public Run prepare(long size) {
        Tensor a = random(0).uniform(-10.0, 10.0, size).execute();
        return new Kept(size, 16 * size) {
            @Override
            Tensor[] build() {
                return new Tensor[] {a.sin()};
            }

            @Override
            double value(Tensor[] kept) {
                return kept[0].square().mean().item();
            }
        };
    }
}
