package io.tharsis.transport.wire;

/** Seeds of random tests: {@code -Dtharsis.seed=N}, else one from the clock. */
final class Seeds {
    private Seeds() {}

    /** The seed of {@code test}, which is printed. */
    static long of(String test) {
        long seed = Long.getLong("tharsis.seed", System.nanoTime() & 0xFFFFFF);
        System.out.println(test + " -Dtharsis.seed=" + seed);
        return seed;
    }
}
