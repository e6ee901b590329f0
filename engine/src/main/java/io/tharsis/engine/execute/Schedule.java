package io.tharsis.engine.execute;

import io.tharsis.engine.tile.Plan;

import java.util.function.LongSupplier;

/**
 * Which task starts next: the first in the plan's order whose inputs are there, and later ones as
 * far as {@link Foresight} lets them run ahead.
 *
 * <p>Not thread-safe; its execution's lock guards it.
 */
final class Schedule {
    /** Tasks past the first unstarted one that may overtake it. */
    private static final int LOOK_AHEAD = 32;

    private final Plan plan;
    private final SlotMemory slots;
    private final Foresight foresight;
    private final int[] makersLeft;
    private final boolean[] started;
    private final boolean[] done;
    private int firstUnstarted;
    private int firstUnfinished;
    private int finished;

    /**
     * @param foresight null if tasks are run in order
     */
    Schedule(Plan plan, SlotMemory slots, Foresight foresight) {
        this.plan = plan;
        this.slots = slots;
        this.foresight = foresight;
        int tasks = plan.tasks().size();
        makersLeft = new int[tasks];
        started = new boolean[tasks];
        done = new boolean[tasks];
        for (int t = 0; t < tasks; t++) {
            for (int slot : plan.tasks().get(t).reads()) {
                makersLeft[t] += slots.isBound(slot) ? 0 : 1;
            }
        }
    }

    int size() {
        return started.length;
    }

    int finished() {
        return finished;
    }

    boolean isFinished() {
        return finished == started.length;
    }

    /** The first task that has not ended. */
    int firstUnfinished() {
        return firstUnfinished;
    }

    /** Bytes that all tasks in order need at most. */
    long peak() {
        return foresight.peak();
    }

    /**
     * The task to start now, which counts as started; -1 if there is none.
     *
     * @param room bytes this execution can have in all, those it holds included; asked at most once
     */
    int next(LongSupplier room) {
        int seen = 0;
        long known = -1;
        for (int t = firstUnstarted; t < started.length && seen < LOOK_AHEAD; t++) {
            if (started[t]) {
                continue;
            }
            seen++;
            if (makersLeft[t] > 0) {
                continue;
            }
            known = known < 0 && t > firstUnfinished ? room.getAsLong() : known;
            if (foresight.allows(t, known)) {
                started[t] = true;
                foresight.starts(t);
                while (firstUnstarted < started.length && started[firstUnstarted]) {
                    firstUnstarted++;
                }
                return t;
            }
        }
        return -1;
    }

    /** Task {@code t} could not start after all. */
    void putBack(int t) {
        started[t] = false;
        firstUnstarted = Math.min(firstUnstarted, t);
        foresight.putBack(t);
    }

    /** Task {@code t} has ended, and its outputs are there unless it failed. */
    void ended(int t, boolean failed) {
        finished++;
        done[t] = true;
        while (firstUnfinished < done.length && done[firstUnfinished]) {
            firstUnfinished++;
            foresight.finished(firstUnfinished);
        }
        if (!failed) {
            for (int slot : plan.tasks().get(t).writes()) {
                for (int next : slots.readersOf(slot)) {
                    makersLeft[next]--;
                }
            }
        }
    }
}
