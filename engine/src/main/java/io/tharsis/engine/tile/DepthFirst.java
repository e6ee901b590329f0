package io.tharsis.engine.tile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Orders tasks so that little has to be stored at once. What one result chunk needs is made just
 * before it and dropped just after; of the inputs of a task, the one that needs most beside what it
 * leaves behind is made first (as registers are assigned to expressions by Sethi and Ullman, 1970),
 * then the deepest, then the smallest. Whatever can be done frees more than it makes is done at
 * once.
 */
final class DepthFirst {
    private final List<Task> tasks;
    private final long[] slotBytes;
    private final int[] maker;
    private final int[][] readers;
    private final int[] readersLeft;
    private final int[] makersLeft;
    private final boolean[] needed;
    private final boolean[] done;
    private final long[] peak;
    private final int[] depth;
    private final List<Task> ordered = new ArrayList<>();

    private DepthFirst(List<Task> tasks, long[] slotBytes) {
        this.tasks = tasks;
        this.slotBytes = slotBytes;
        int count = tasks.size();
        maker = new int[slotBytes.length];
        Arrays.fill(maker, -1);
        readersLeft = new int[slotBytes.length];
        makersLeft = new int[count];
        needed = new boolean[count];
        done = new boolean[count];
        peak = new long[count];
        depth = new int[count];
        readers = new int[slotBytes.length][];
        for (int t = 0; t < count; t++) {
            for (int slot : tasks.get(t).writes()) {
                maker[slot] = t;
            }
        }
    }

    /**
     * @param slotBytes bytes of each slot, -1 if only a run can tell
     * @param wanted slots of results, in order; what they do not need is left out
     */
    static List<Task> order(List<Task> tasks, long[] slotBytes, int[] wanted) {
        var order = new DepthFirst(tasks, slotBytes);
        order.measure(wanted);
        order.countReaders(wanted);
        for (int slot : wanted) {
            order.make(slot);
        }
        return order.ordered;
    }

    private long bytes(int slot) {
        return Math.max(0, slotBytes[slot]);
    }

    private long made(int task) {
        long bytes = 0;
        if (!(tasks.get(task) instanceof Task.Alias)) {
            for (int slot : tasks.get(task).writes()) {
                bytes += bytes(slot);
            }
        }
        return bytes;
    }

    /** Depth and peak of each task that is needed, inputs before users. */
    private void measure(int[] wanted) {
        Deque<Integer> stack = new ArrayDeque<>();
        for (int slot : wanted) {
            if (maker[slot] >= 0) {
                stack.push(maker[slot]);
            }
            while (!stack.isEmpty()) {
                int task = stack.peek();
                if (needed[task]) {
                    stack.pop();
                    continue;
                }
                boolean ready = true;
                for (int read : tasks.get(task).reads()) {
                    if (maker[read] >= 0 && !needed[maker[read]]) {
                        stack.push(maker[read]);
                        ready = false;
                    }
                }
                if (ready) {
                    needed[task] = true;
                    measure(task);
                    stack.pop();
                }
            }
        }
    }

    private void measure(int task) {
        long held = 0;
        for (int input : inputsInOrder(task)) {
            peak[task] = Math.max(peak[task], held + peak[input]);
            depth[task] = Math.max(depth[task], depth[input] + 1);
            held += made(input);
        }
        peak[task] = Math.max(peak[task], held + made(task));
    }

    /** The tasks that make what {@code task} reads, the one to run first first. */
    private int[] inputsInOrder(int task) {
        return Arrays.stream(tasks.get(task).reads())
                .map(slot -> maker[slot])
                .filter(input -> input >= 0)
                .distinct()
                .boxed()
                .sorted(
                        Comparator.comparingLong((Integer input) -> made(input) - peak[input])
                                .thenComparing(input -> -depth[input])
                                .thenComparing(this::made))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private void countReaders(int[] wanted) {
        for (int t = 0; t < needed.length; t++) {
            for (int slot : needed[t] ? tasks.get(t).reads() : new int[0]) {
                readersLeft[slot]++;
                makersLeft[t] += maker[slot] >= 0 ? 1 : 0;
            }
        }
        for (int slot = 0; slot < readers.length; slot++) {
            readers[slot] = new int[readersLeft[slot]];
        }
        for (int t = 0; t < needed.length; t++) {
            for (int slot : needed[t] ? tasks.get(t).reads() : new int[0]) {
                readers[slot][--readersLeft[slot]] = t;
            }
        }
        for (int slot = 0; slot < readers.length; slot++) {
            readersLeft[slot] = readers[slot].length;
        }
        for (int slot : wanted) {
            readersLeft[slot]++;
        }
    }

    /** Appends what {@code slot} needs, and the task that fills it. */
    private void make(int slot) {
        Deque<Integer> stack = new ArrayDeque<>();
        if (maker[slot] >= 0) {
            stack.push(maker[slot]);
        }
        while (!stack.isEmpty()) {
            int task = stack.peek();
            if (done[task]) {
                stack.pop();
            } else if (makersLeft[task] == 0) {
                stack.pop();
                emit(task);
            } else {
                int[] inputs = inputsInOrder(task);
                for (int i = inputs.length - 1; i >= 0; i--) {
                    if (!done[inputs[i]]) {
                        stack.push(inputs[i]);
                    }
                }
            }
        }
    }

    /** Appends a task, and all that free more than they make as soon as it is done. */
    private void emit(int first) {
        Deque<Integer> next = new ArrayDeque<>();
        next.add(first);
        while (!next.isEmpty()) {
            int task = next.remove();
            if (done[task]) {
                continue;
            }
            done[task] = true;
            ordered.add(tasks.get(task));
            for (int slot : tasks.get(task).writes()) {
                for (int reader : readers[slot]) {
                    makersLeft[reader]--;
                }
            }
            for (int slot : tasks.get(task).reads()) {
                readersLeft[slot]--;
            }
            for (int slot : tasks.get(task).writes()) {
                addFreeing(slot, next);
            }
            for (int slot : tasks.get(task).reads()) {
                addFreeing(slot, next);
            }
        }
    }

    /** Of a slot with one reader left, that reader may free more than it makes. */
    private void addFreeing(int slot, Deque<Integer> next) {
        if (readersLeft[slot] != 1) {
            return;
        }
        for (int reader : readers[slot]) {
            if (!done[reader] && makersLeft[reader] == 0 && freed(reader) > made(reader)) {
                next.add(reader);
                return;
            }
        }
    }

    /** Bytes that nobody needs any more when {@code task} is done. */
    private long freed(int task) {
        long bytes = 0;
        for (int slot : tasks.get(task).reads()) {
            bytes += readersLeft[slot] == 1 && maker[slot] >= 0 ? bytes(slot) : 0;
        }
        return bytes;
    }
}
