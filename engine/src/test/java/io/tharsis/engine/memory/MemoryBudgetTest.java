package io.tharsis.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

class MemoryBudgetTest {
    @Test
    void shouldReserveUpToItsCapacityAndNotOneByteMore() {
        MemoryBudget budget = new MemoryBudget(100);
        assertTrue(budget.tryReserve(60));
        assertFalse(budget.tryReserve(41));
        assertTrue(budget.tryReserve(40));
        assertEquals(100, budget.reserved());
        assertEquals(0, budget.available());
        assertTrue(budget.tryReserve(0));
    }

    @Test
    void shouldRefuseAReservationWhoseSumWouldOverflow() {
        MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
        assertTrue(budget.tryReserve(10));
        assertFalse(budget.tryReserve(Long.MAX_VALUE));
    }

    @Test
    void shouldRememberItsPeak() {
        MemoryBudget budget = new MemoryBudget(100);
        budget.tryReserve(70);
        budget.release(50);
        budget.tryReserve(30);
        assertEquals(50, budget.reserved());
        assertEquals(70, budget.peak());
    }

    @Test
    void shouldRefuseToReleaseMoreThanIsReserved() {
        MemoryBudget budget = new MemoryBudget(100);
        budget.tryReserve(10);
        String message =
                assertThrows(IllegalStateException.class, () -> budget.release(11)).getMessage();
        assertTrue(message.contains("11") && message.contains("10"), message);
        assertEquals(10, budget.reserved());
    }

    @Test
    void shouldRefuseNegativeByteCounts() {
        assertThrows(IllegalArgumentException.class, () -> new MemoryBudget(-1));
        assertThrows(IllegalArgumentException.class, () -> new MemoryBudget(1).tryReserve(-1));
        assertThrows(IllegalArgumentException.class, () -> new MemoryBudget(1).release(-1));
    }

    @Test
    void shouldStayExactUnderManyThreads() throws InterruptedException {
        MemoryBudget budget = new MemoryBudget(1000);
        AtomicLong worst = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            SplittableRandom random = new SplittableRandom(t);
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int i = 0; i < 20_000; i++) {
                                            long bytes = random.nextLong(400);
                                            if (budget.tryReserve(bytes)) {
                                                worst.accumulateAndGet(
                                                        budget.reserved(), Math::max);
                                                budget.release(bytes);
                                            }
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, budget.reserved());
        assertTrue(worst.get() <= 1000 && budget.peak() <= 1000 && budget.peak() >= worst.get());
    }
}
