package io.tharsis.engine;

/** Asks the collector for the memory of dropped handles. */
final class Reclaim {
    private static final long WAIT_NS = 200_000_000;

    private Reclaim() {}

    /** One collection, and a short wait until cleaners have had their turn. */
    static void collectOnce() {
        System.gc();
        long end = System.nanoTime() + WAIT_NS;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
