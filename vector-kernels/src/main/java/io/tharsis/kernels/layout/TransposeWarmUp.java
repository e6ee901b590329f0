package io.tharsis.kernels.layout;

import io.tharsis.kernels.LoopWarmUp;

import java.lang.foreign.Arena;

/** Runs a new transposition on memory of no importance until it is measured to be fast. */
final class TransposeWarmUp {
    /** What an element may cost; compiled, it takes a tenth. */
    private static final double ELEMENT_NS = 2;

    private static final int FEW_TILES = 8;
    private static final int MOST_TILES = 32;

    private TransposeWarmUp() {}

    /** As {@link LoopWarmUp#untilHot}. */
    static boolean untilHot(VectorTranspose kernel, int elementSize, int lanes, long patienceNs) {
        try (Arena arena = Arena.ofConfined()) {
            long bytes = (long) lanes * lanes * MOST_TILES * elementSize;
            long from = arena.allocate(bytes, 64).address();
            long to = arena.allocate(bytes, 64).address();
            long step = (long) lanes * elementSize;
            long pitch = step * MOST_TILES;
            var warmUp = new LoopWarmUp();
            warmUp.add(
                    rounds -> kernel.across(from, step, to, pitch, -rounds),
                    tiles -> kernel.run(from, step, to, pitch, lanes, lanes * tiles),
                    FEW_TILES,
                    MOST_TILES,
                    lanes * lanes * ELEMENT_NS);
            return warmUp.untilHot(patienceNs);
        }
    }
}
