package io.tharsis.kernels.layout;

import io.tharsis.kernels.ThreadCosts;

import java.lang.foreign.Arena;

/**
 * Runs a new transposition on memory of no importance until it is measured to be fast, by the clock
 * and by the bytes that it allocates: C2 now and then leaves vectors boxed.
 */
final class TransposeWarmUp {
    /** What an element may cost; compiled, it takes a tenth. */
    private static final double ELEMENT_NS = 2;

    private static final double RUN_NS = 500;
    private static final int FEW_TILES = 3;
    private static final int MOST_TILES = 32;

    /** C2 takes a method after 600 runs if they went 15,000 times round its loops. */
    private static final int IDLE_ROUNDS = 25;

    private static final int HOT_ROUNDS = 20;
    private static final int CLOCK_ROUNDS = 16;

    private TransposeWarmUp() {}

    /**
     * True as soon as the class is fast, false if it is not within {@code patienceNs} of this
     * thread's processor time.
     */
    static boolean untilHot(VectorTranspose kernel, int elementSize, int lanes, long patienceNs) {
        long deadlineNs = ThreadCosts.processorTimeNs() + patienceNs;
        kernel.setIdleRounds(IDLE_ROUNDS);
        try (Arena arena = Arena.ofConfined()) {
            long bytes = (long) lanes * lanes * MOST_TILES * elementSize;
            long from = arena.allocate(bytes, 64).address();
            long to = arena.allocate(bytes, 64).address();
            long step = (long) lanes * elementSize;
            int tiles = FEW_TILES;
            int hotRounds = 0;
            for (int round = 0; hotRounds < HOT_ROUNDS; round++) {
                if (round % CLOCK_ROUNDS == 0 && ThreadCosts.processorTimeNs() - deadlineNs > 0) {
                    return false;
                }
                long allocated = ThreadCosts.allocatedBytes();
                long begin = System.nanoTime();
                kernel.run(from, step, to, step * MOST_TILES, lanes, lanes * tiles);
                double mostNs = RUN_NS + (double) lanes * lanes * tiles * ELEMENT_NS;
                boolean fast = System.nanoTime() - begin < mostNs;
                boolean hot =
                        fast && tiles == MOST_TILES && ThreadCosts.allocatedBytes() == allocated;
                // A round that was interrupted is no reason to begin again.
                hotRounds = hot ? hotRounds + 1 : hotRounds / 2;
                tiles = fast ? MOST_TILES : tiles;
            }
            return true;
        } finally {
            kernel.setIdleRounds(0);
        }
    }
}
