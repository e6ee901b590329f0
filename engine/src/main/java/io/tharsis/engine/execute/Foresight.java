package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Plan;
import io.tharsis.engine.tile.Task;

/**
 * What a plan needs when its tasks run one after the other in order, and how far others may run
 * ahead of the first unfinished one: as long as the rest of the plan would still fit if they ran
 * alone from here. So a plan that fits one thread fits any number of them. Where the rest does not
 * fit anyway, and chunks have to go to disk, others may run ahead by a part of the budget.
 *
 * <p>Not thread-safe; its execution's lock guards it.
 */
final class Foresight {
    /** The part of the budget for what runs ahead while chunks go to disk. */
    private static final int AHEAD_DIVISOR = 4;

    /** For each task what it writes, and what it needs beside. */
    private final long[] ownBytes;

    private final long most;
    private final long[] peakFrom;
    private final boolean[] ahead;
    private long aheadBytes;
    private int firstUnfinished;

    /**
     * @param readers how many tasks and results read each slot
     */
    Foresight(Plan plan, int[] readers, TaskNeeds needs) {
        most = needs.capacity() / AHEAD_DIVISOR;
        int count = plan.tasks().size();
        ownBytes = new long[count];
        peakFrom = new long[count + 1];
        ahead = new boolean[count];
        int[] left = readers.clone();
        boolean[] made = new boolean[left.length];
        long live = 0;
        for (int t = 0; t < count; t++) {
            Task task = plan.tasks().get(t);
            if (!(task instanceof Task.Alias)) {
                for (int slot : task.writes()) {
                    ownBytes[t] += Math.max(0, plan.slotBytes()[slot]);
                    made[slot] = true;
                }
            }
            long beside = needs.bestBytes(task, plan.slotBytes());
            live += ownBytes[t];
            peakFrom[t] = live + beside;
            ownBytes[t] += beside;
            for (int slot : task.reads()) {
                if (--left[slot] == 0 && made[slot]) {
                    live -= Math.max(0, plan.slotBytes()[slot]);
                }
            }
        }
        for (int t = count - 2; t >= 0; t--) {
            peakFrom[t] = Math.max(peakFrom[t], peakFrom[t + 1]);
        }
    }

    /** Bytes that all tasks in order need at most. */
    long peak() {
        return peakFrom[0];
    }

    /**
     * True if task {@code t} may start now, given {@code room} bytes in all, those the execution
     * holds included.
     */
    boolean allows(int t, long room) {
        if (t <= firstUnfinished) {
            return true;
        }
        long ahead = aheadBytes + ownBytes[t];
        return ahead + peakFrom[firstUnfinished] <= room
                || peakFrom[firstUnfinished] > room && ahead <= most;
    }

    void starts(int t) {
        if (t > firstUnfinished && !ahead[t]) {
            ahead[t] = true;
            aheadBytes += ownBytes[t];
        }
    }

    /** Task {@code t} could not start after all. */
    void putBack(int t) {
        catchUp(t);
    }

    /** All tasks before {@code first} are finished. */
    void finished(int first) {
        firstUnfinished = first;
        for (int t = first; t >= 0 && t < ahead.length && ahead[t]; t--) {
            catchUp(t);
        }
    }

    private void catchUp(int t) {
        if (ahead[t]) {
            ahead[t] = false;
            aheadBytes -= ownBytes[t];
        }
    }
}
