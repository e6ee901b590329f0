package io.tharsis.engine.tile;

/**
 * Which tasks take what they read one slot after the other, rather than all at once: those that
 * copy, if what they copy from is a good part of the memory. They need memory for the largest of
 * their inputs only.
 */
public final class Piecewise {
    private static final int PART = 4;

    private Piecewise() {}

    /**
     * @param slotBytes of the task's plan
     * @param capacity bytes of the budget
     */
    public static boolean is(Task task, long[] slotBytes, long capacity) {
        if (!(task instanceof Task.Assemble || task instanceof Task.FlatCopy)) {
            return false;
        }
        long bytes = 0;
        for (int slot : task.reads()) {
            bytes += Math.max(0, slotBytes[slot]);
        }
        return isMuch(bytes, capacity);
    }

    /** True if {@code bytes} are a good part of a budget of {@code capacity}. */
    static boolean isMuch(long bytes, long capacity) {
        return bytes > capacity / PART;
    }

    /** Bytes of the largest slot that {@code task} reads. */
    public static long largestRead(Task task, long[] slotBytes) {
        long largest = 0;
        for (int slot : task.reads()) {
            largest = Math.max(largest, slotBytes[slot]);
        }
        return largest;
    }
}
