package io.tharsis.engine.tile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Chunks are counted, nothing is timed. */
class DepthFirstTest {
    private static Task task(int write, int... reads) {
        return new Task.FlatCopy(8, List.of(), reads, new int[] {write}, 1);
    }

    /** Eight leaves in slots 0 to 7, then level by level; the root is slot 14. */
    private static List<Task> treeReduction() {
        List<Task> tasks = new ArrayList<>();
        for (int leaf = 0; leaf < 8; leaf++) {
            tasks.add(task(leaf));
        }
        for (int node = 8; node < 15; node++) {
            tasks.add(task(node, 2 * (node - 8), 2 * (node - 8) + 1));
        }
        return tasks;
    }

    private static long[] ones(int count) {
        long[] ones = new long[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /**
     * Slots that are filled and still needed after {@code units} of time, if {@code workers} start
     * the first tasks in order whose inputs are there, and each takes one unit.
     */
    private static int storedAfter(int units, int workers, List<Task> tasks, int root) {
        Set<Integer> filled = new HashSet<>();
        Set<Task> done = new HashSet<>();
        for (int unit = 0; unit < units; unit++) {
            List<Task> chosen =
                    tasks.stream()
                            .filter(task -> !done.contains(task))
                            .filter(task -> Arrays.stream(task.reads()).allMatch(filled::contains))
                            .limit(workers)
                            .toList();
            chosen.forEach(task -> filled.add(task.writes()[0]));
            done.addAll(chosen);
        }
        return (int)
                filled.stream()
                        .filter(
                                slot ->
                                        slot == root
                                                || tasks.stream()
                                                        .filter(task -> !done.contains(task))
                                                        .flatMapToInt(
                                                                task -> Arrays.stream(task.reads()))
                                                        .anyMatch(read -> read == slot))
                        .count();
    }

    /** The example in "Scheduling Policy" of the documentation of Mars: two workers, five units. */
    @Test
    void shouldStoreTwoChunksOfATreeReductionWhereLevelOrderStoresSix() {
        List<Task> levels = treeReduction();
        List<Task> ordered = DepthFirst.order(levels, ones(15), new int[] {14});
        assertEquals(6, storedAfter(5, 2, levels, 14));
        assertEquals(2, storedAfter(5, 2, ordered, 14));
    }

    /** The most bytes at once if tasks run one after the other. */
    private static long peak(List<Task> tasks, long[] bytes, int... wanted) {
        int[] left = new int[bytes.length];
        for (Task task : tasks) {
            for (int slot : task.reads()) {
                left[slot]++;
            }
        }
        for (int slot : wanted) {
            left[slot]++;
        }
        long live = 0;
        long peak = 0;
        for (Task task : tasks) {
            live += bytes[task.writes()[0]];
            peak = Math.max(peak, live);
            for (int slot : task.reads()) {
                live -= --left[slot] == 0 ? bytes[slot] : 0;
            }
        }
        return peak;
    }

    @Test
    void shouldMakeTheInputThatNeedsMostFirst() {
        // slot 2 of 1 byte is made of a chain that needs 100; slot 3 of 50 bytes of nothing
        List<Task> tasks = List.of(task(3), task(1), task(2, 1), task(4, 3, 2));
        long[] bytes = {0, 100, 1, 50, 1};
        List<Task> ordered = DepthFirst.order(tasks, bytes, new int[] {4});
        assertEquals(101, peak(ordered, bytes, 4));
        assertEquals(151, peak(tasks, bytes, 4));
    }

    @Test
    void shouldDoAtOnceWhatFreesMoreThanItMakes() {
        // a large chunk is read by two small results that are asked for far apart
        List<Task> tasks = List.of(task(0), task(1, 0), task(2), task(3, 2), task(4, 0));
        long[] bytes = {100, 1, 100, 1, 1};
        List<Task> ordered = DepthFirst.order(tasks, bytes, new int[] {1, 3, 4});
        assertEquals(103, peak(ordered, bytes, 1, 3, 4));
        assertEquals(202, peak(tasks, bytes, 1, 3, 4));
    }

    @Test
    void shouldOrderRandomGraphsSoThatInputsComeFirstAndNothingIsLost() {
        long seed = Long.getLong("tharsis.seed", System.nanoTime());
        System.out.println("DepthFirstTest: -Dtharsis.seed=" + seed);
        var random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            int count = 1 + random.nextInt(40);
            long[] bytes = random.longs(count, 0, 100).toArray();
            List<Task> tasks = new ArrayList<>();
            for (int t = 0; t < count; t++) {
                int before = t;
                tasks.add(
                        task(
                                t,
                                random.ints(t == 0 ? 0 : random.nextInt(4), 0, before + 1)
                                        .map(slot -> Math.min(slot, before - 1))
                                        .toArray()));
            }
            List<Task> shuffled = new ArrayList<>(tasks);
            Collections.shuffle(shuffled, random);
            int[] wanted = random.ints(1 + random.nextInt(3), 0, count).distinct().toArray();
            List<Task> ordered = DepthFirst.order(shuffled, bytes, wanted);
            Set<Integer> filled = new HashSet<>();
            for (Task task : ordered) {
                for (int slot : task.reads()) {
                    assertTrue(filled.contains(slot));
                }
                assertTrue(filled.add(task.writes()[0]));
            }
            Arrays.stream(wanted).forEach(slot -> assertTrue(filled.contains(slot)));
        }
    }
}
