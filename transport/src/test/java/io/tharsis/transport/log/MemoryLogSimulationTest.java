package io.tharsis.transport.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A log in memory under crashes and partitions, in virtual time: what it says must be true. */
class MemoryLogSimulationTest {
    private static final int RUNS = 200;
    private static final long MS = 1_000_000;

    private final Journal[] journals = new Journal[5];
    private final Map<String, CompletableFuture<byte[]>> appends = new HashMap<>();
    private long nowNs = 17;

    @Test
    void shouldKeepItsWordUnderCrashesAndPartitions() {
        long seed = Long.getLong("tharsis.seed", System.nanoTime() & 0xFFFFFF);
        System.out.println("MemoryLogSimulationTest -Dtharsis.seed=" + seed);
        Set<String> ends = new HashSet<>();
        int loads = 0;
        for (int run = 0; run < RUNS; run++) {
            try {
                loads += run(seed + run, ends);
            } catch (AssertionError e) {
                throw new AssertionError("-Dtharsis.seed=" + (seed + run) + ": " + e, e);
            }
        }
        // Or else the runs were too tame to show anything.
        assertEquals(
                Set.of(
                        "answered",
                        "LogException$NotApplied",
                        "LogException$Unknown, applied",
                        "LogException$Unknown, not applied"),
                ends);
        assertTrue(loads > 0);
    }

    @Test
    void shouldRepeatARunFromItsSeed() {
        run(42, new HashSet<>());
        List<String> first = journals[0].entries();
        run(42, new HashSet<>());
        assertEquals(first, journals[0].entries());
    }

    private int run(long seed, Set<String> ends) {
        Random random = new Random(seed);
        int members = 1 + 2 * random.nextInt(3);
        appends.clear();
        MemoryLog group =
                MemoryLog.stepped(
                        members,
                        200 + random.nextInt(2_000),
                        id -> journals[id] = new Journal(),
                        () -> nowNs,
                        () -> Instant.ofEpochMilli(random.nextInt(1_000)),
                        seed);
        boolean[] down = new boolean[members];
        ReplicatedLog[] logs = new ReplicatedLog[members];
        int[] counts = new int[members];
        int lives = 0;
        for (int i = 0; i < 2_000; i++) {
            int member = random.nextInt(members);
            switch (random.nextInt(60)) {
                case 0 -> {
                    group.crash(member);
                    down[member] = true;
                    logs[member] = null;
                    lives++;
                }
                case 1, 2 -> {
                    group.restart(member);
                    down[member] = false;
                }
                case 3 -> group.split(member, random.nextInt(members));
                case 4, 5 -> group.heal();
                case 6, 7, 8, 9, 10, 11, 12, 13, 14 -> {
                    if (!down[member]) {
                        if (logs[member] == null) {
                            logs[member] = group.member(member).log();
                        }
                        String text = "m" + member + "." + lives + " " + counts[member]++;
                        append(logs[member], text, Duration.ofMillis(1 + random.nextInt(50)));
                    }
                }
                case 15 -> nowNs += random.nextInt(20) * MS;
                default -> group.step();
            }
        }
        group.heal();
        for (int i = 0; i < members; i++) {
            group.restart(i);
        }
        while (group.step()) {
            // Until nothing happens any more.
        }
        int loads = 0;
        for (int i = 0; i < members; i++) {
            loads += journals[i].loads();
        }
        check(members, ends);
        group.close();
        return loads;
    }

    private void append(ReplicatedLog log, String text, Duration deadline) {
        byte[] bytes = text.getBytes(UTF_8);
        appends.put(text, log.append(new UnsafeBuffer(bytes), 0, bytes.length, deadline));
    }

    private void check(int members, Set<String> ends) {
        List<String> order = journals[0].entries();
        for (int i = 1; i < members; i++) {
            assertEquals(order, journals[i].entries());
        }
        Set<String> applied = new HashSet<>(order);
        assertEquals(order.size(), applied.size(), "a command was applied twice");
        checkOrderOfEachClient(order);
        appends.forEach(
                (text, append) -> {
                    assertTrue(append.isDone(), text + " never ends");
                    boolean is = applied.contains(text);
                    if (!append.isCompletedExceptionally()) {
                        assertTrue(is, text + " was answered and is lost");
                        int count = Integer.parseInt(new String(append.join(), UTF_8));
                        assertEquals(text, order.get(count - 1));
                        ends.add("answered");
                        return;
                    }
                    Throwable why = append.exceptionNow();
                    assertTrue(why instanceof LogException, "" + why);
                    String name = why.getClass().getName();
                    name = name.substring(name.lastIndexOf('.') + 1);
                    if (((LogException) why).mayHaveBeenApplied()) {
                        ends.add(name + (is ? ", applied" : ", not applied"));
                    } else {
                        assertTrue(!is, text + " was applied, and said not to be");
                        ends.add(name);
                    }
                });
    }

    private static void checkOrderOfEachClient(List<String> order) {
        Map<String, Integer> last = new HashMap<>();
        List<String> broken = new ArrayList<>();
        for (String text : order) {
            String client = text.substring(0, text.indexOf('.'));
            int count = Integer.parseInt(text.substring(text.indexOf(' ') + 1));
            Integer before = last.put(client, count);
            if (before != null && before >= count) {
                broken.add(text);
            }
        }
        assertEquals(List.of(), broken);
        assertNotNull(last);
    }
}
