package io.tharsis.engine.tile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Orders tasks so that what one result chunk needs is made just before it, and dropped just after.
 */
final class DepthFirst {
    private DepthFirst() {}

    static List<Task> order(List<Task> tasks, int slotCount, int[] wanted) {
        int[] maker = new int[slotCount];
        Arrays.fill(maker, -1);
        for (int t = 0; t < tasks.size(); t++) {
            for (int slot : tasks.get(t).writes()) {
                maker[slot] = t;
            }
        }
        List<Task> ordered = new ArrayList<>(tasks.size());
        boolean[] done = new boolean[tasks.size()];
        Deque<Integer> stack = new ArrayDeque<>();
        for (int slot : wanted) {
            if (maker[slot] >= 0) {
                stack.push(maker[slot]);
            }
            while (!stack.isEmpty()) {
                int task = stack.peek();
                if (done[task]) {
                    stack.pop();
                    continue;
                }
                boolean ready = true;
                int[] reads = tasks.get(task).reads();
                for (int i = reads.length - 1; i >= 0; i--) {
                    int before = maker[reads[i]];
                    if (before >= 0 && !done[before]) {
                        stack.push(before);
                        ready = false;
                    }
                }
                if (ready) {
                    done[task] = true;
                    ordered.add(tasks.get(task));
                    stack.pop();
                }
            }
        }
        return ordered;
    }
}
