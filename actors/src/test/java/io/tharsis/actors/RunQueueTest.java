package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

@Timeout(120)
final class RunQueueTest {
    private record Numbered(int number) implements Turn {
        @Override
        public boolean run(int most) {
            return false;
        }
    }

    @Test
    void shouldBeFirstInFirstOutAndRefuseWhenFull() {
        var queue = new RunQueue();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < RunQueue.CAPACITY; i++) {
                assertTrue(queue.put(new Numbered(i)));
            }
            assertFalse(queue.put(new Numbered(-1)));
            for (int i = 0; i < RunQueue.CAPACITY; i++) {
                assertEquals(new Numbered(i), queue.poll());
            }
            assertNull(queue.poll());
        }
    }

    @Test
    void shouldGiveTheOlderHalfToAThief() {
        var queue = new RunQueue();
        var mine = new RunQueue();
        for (int i = 0; i < 5; i++) {
            queue.put(new Numbered(i));
        }
        assertEquals(new Numbered(0), queue.steal(mine));
        assertEquals(new Numbered(1), mine.poll());
        assertEquals(new Numbered(2), mine.poll());
        assertNull(mine.poll());
        assertEquals(new Numbered(3), queue.poll());
        assertEquals(new Numbered(4), queue.stealOne());
        assertNull(queue.steal(mine));
    }

    @Test
    void shouldGiveEachTurnToExactlyOne() throws InterruptedException {
        int count = 2_000_000;
        var seen = new AtomicIntegerArray(count);
        var queue = new RunQueue();
        List<Thread> thieves = new ArrayList<>();
        var over =
                new Object() {
                    volatile boolean is;
                };
        for (int t = 0; t < 3; t++) {
            boolean alone = t == 0;
            thieves.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        var mine = new RunQueue();
                                        while (!over.is || !queue.isEmpty()) {
                                            Turn turn =
                                                    alone ? queue.stealOne() : queue.steal(mine);
                                            if (turn == null) {
                                                Thread.yield();
                                            }
                                            for (; turn != null; turn = mine.poll()) {
                                                count(seen, turn);
                                            }
                                        }
                                    }));
        }
        for (int i = 0; i < count; ) {
            boolean isFull = !queue.put(new Numbered(i));
            if (isFull) {
                Thread.yield(); // to the thieves, of whom some wait for a processor
            } else {
                i++;
            }
            if (isFull || i % 3 == 0) {
                count(seen, queue.poll());
            }
        }
        for (Turn turn = queue.poll(); turn != null; turn = queue.poll()) {
            count(seen, turn);
        }
        over.is = true;
        for (Thread thief : thieves) {
            thief.join();
        }
        for (int i = 0; i < count; i++) {
            assertEquals(1, seen.get(i), "turn " + i);
        }
    }

    private static void count(AtomicIntegerArray seen, Turn turn) {
        if (turn instanceof Numbered(int number)) {
            seen.incrementAndGet(number);
        }
    }
}
