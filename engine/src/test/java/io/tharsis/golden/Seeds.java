package io.tharsis.golden;

/**
 * Seeds of random tests: {@code -Dtharsis.seed=N}, else one from the clock, so that many runs see
 * many cases.
 */
final class Seeds {
    private Seeds() {}

    static long fresh() {
        return Long.getLong("tharsis.seed", System.nanoTime() & 0xFFFFFF);
    }
}
