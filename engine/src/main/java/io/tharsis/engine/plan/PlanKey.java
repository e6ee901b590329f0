package io.tharsis.engine.plan;

import java.util.Arrays;

/** The structure of a graph as a cache key: what a plan may depend on, and nothing else. */
public final class PlanKey {
    private final Object[] ops;
    private final long[] numbers;
    private final int hash;

    PlanKey(Object[] ops, long[] numbers) {
        this.ops = ops;
        this.numbers = numbers;
        this.hash = 31 * Arrays.hashCode(ops) + Arrays.hashCode(numbers);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PlanKey that
                && hash == that.hash
                && Arrays.equals(numbers, that.numbers)
                && Arrays.equals(ops, that.ops);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
