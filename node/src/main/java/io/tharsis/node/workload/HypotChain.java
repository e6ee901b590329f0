package io.tharsis.node.workload;

import static io.tharsis.Tensors.random;
import static io.tharsis.Tensors.sqrt;

import io.tharsis.Random;
import io.tharsis.Tensor;

/** Four operations on two inputs. */
final class HypotChain extends Workload {
    HypotChain() {
        super("hypot-chain", "sqrt(a * a + b * b), kept", 67_000_000);
    }

    @Override
    public Run prepare(long size) {
        Random random = random(0);
        Tensor a = random.uniform(size).execute();
        Tensor b = random.uniform(size).execute();
        return new Kept(size, 24 * size) {
            @Override
            Tensor[] build() {
                return new Tensor[] {sqrt(a.times(a).plus(b.times(b)))};
            }
        };
    }
}
