package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Plan;
import io.tharsis.engine.tile.Task;

/** Which tasks read each slot of a plan. */
final class ReaderLists {
    private ReaderLists() {}

    static int[][] of(Plan plan) {
        int[] counts = new int[plan.slotBytes().length];
        for (Task task : plan.tasks()) {
            for (int slot : task.reads()) {
                counts[slot]++;
            }
        }
        int[][] readers = new int[counts.length][];
        for (int slot = 0; slot < counts.length; slot++) {
            readers[slot] = new int[counts[slot]];
        }
        for (int t = 0; t < plan.tasks().size(); t++) {
            for (int slot : plan.tasks().get(t).reads()) {
                readers[slot][--counts[slot]] = t;
            }
        }
        return readers;
    }
}
