package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** How restarts are counted within a window. */
final class RestartsTest {
    private static Supervision.Restart rule(int limit, long windowNs) {
        return Supervision.restart(limit, Duration.ofNanos(windowNs));
    }

    @Test
    void shouldCountWithinTheWindowAloneWhateverTheClock() {
        for (long origin : new long[] {0, -50, Long.MAX_VALUE - 120, Long.MIN_VALUE}) {
            var restarts = new Restarts();
            Supervision.Restart rule = rule(3, 100);
            for (int i = 0; i < 3; i++) {
                assertEquals(0, restarts.next(origin + 10 * i, rule));
            }
            assertEquals(Restarts.NO_MORE, restarts.next(origin + 100, rule));
            assertEquals(0, restarts.next(origin + 101, rule));
            assertEquals(Restarts.NO_MORE, restarts.next(origin + 110, rule));
        }
    }

    @Test
    void shouldKeepABoundedHistoryUnderAHugeLimitAndWindow() {
        var restarts = new Restarts();
        Supervision.Restart rule = Supervision.restart(100_000, Duration.ofDays(1_000_000));
        for (int i = 0; i < 100_000; i++) {
            assertEquals(0, restarts.next(i * 1000L, rule));
            assertTrue(restarts.kept() <= Restarts.MOST);
        }
        assertEquals(Restarts.NO_MORE, restarts.next(100_000_000, rule));
    }

    @Test
    void shouldForgetACrowdNotBeforeItsWindowHasPassed() {
        var restarts = new Restarts();
        int limit = 10 * Restarts.MOST;
        Supervision.Restart rule = rule(limit, 1_000_000);
        for (int i = 0; i < limit; i++) {
            assertEquals(0, restarts.next(i, rule));
        }
        assertEquals(Restarts.NO_MORE, restarts.next(1_000_000, rule));
        assertNotEquals(Restarts.NO_MORE, restarts.next(1_000_000 + limit, rule));
        assertEquals(1, restarts.kept());
    }
}
