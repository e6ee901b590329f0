package io.tharsis.golden;

import io.tharsis.Session;
import io.tharsis.engine.LocalEngine;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.reference.ReferenceEngine;
import io.tharsis.kernels.scalar.ScalarKernel;

/** Sessions over the engines under test. */
final class Engines {
    private Engines() {}

    static Session reference() {
        return Session.over(new ReferenceEngine(ScalarKernel::of), false);
    }

    static Session local(int threads, long chunkBytes) {
        return local(threads, chunkBytes, 1L << 30);
    }

    static Session local(int threads, long chunkBytes, long budgetBytes) {
        return Session.over(new LocalEngine(threads, new MemoryBudget(budgetBytes), chunkBytes), false);
    }
}
