package io.tharsis.kernels.scalar;

import io.tharsis.kernels.ir.Lane;

import java.util.Arrays;

/** Which registers of each lane are free while a program is compiled. */
final class RegisterPool {
    private static final int LANES = Lane.values().length;

    private final int[] counts = new int[LANES];
    private final int[][] free = new int[LANES][16];
    private final int[] freeCount = new int[LANES];
    private int[] temporaries = new int[8];
    private Lane[] temporaryLanes = new Lane[8];
    private int temporaryCount;

    int allocate(Lane lane) {
        int l = lane.ordinal();
        return freeCount[l] > 0 ? free[l][--freeCount[l]] : counts[l]++;
    }

    /** A register that nothing else has used before or will use later. */
    int allocateForEver(Lane lane) {
        return counts[lane.ordinal()]++;
    }

    void release(Lane lane, int register) {
        int l = lane.ordinal();
        if (freeCount[l] == free[l].length) {
            free[l] = Arrays.copyOf(free[l], 2 * freeCount[l]);
        }
        free[l][freeCount[l]++] = register;
    }

    /**
     * Gives back {@code register} once all arguments of the instruction being written have theirs.
     */
    void releaseLater(Lane lane, int register) {
        if (temporaryCount == temporaries.length) {
            temporaries = Arrays.copyOf(temporaries, 2 * temporaryCount);
            temporaryLanes = Arrays.copyOf(temporaryLanes, 2 * temporaryCount);
        }
        temporaryLanes[temporaryCount] = lane;
        temporaries[temporaryCount++] = register;
    }

    void releaseTemporaries() {
        while (temporaryCount > 0) {
            temporaryCount--;
            release(temporaryLanes[temporaryCount], temporaries[temporaryCount]);
        }
    }

    /** Registers of each {@code Lane.ordinal()} that were ever taken. */
    int[] counts() {
        return counts;
    }
}
