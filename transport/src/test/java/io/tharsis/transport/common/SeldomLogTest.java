package io.tharsis.transport.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class SeldomLogTest {
    private static final long MINUTE = 60_000_000_000L;

    private final SeldomLog log = new SeldomLog();

    @Test
    void shouldSayEachKindOnceAMinuteAndHowManyItKeptBack() {
        long start = Long.MAX_VALUE - 5; // a clock of nanoseconds overflows
        assertEquals("", log.due("a", start));
        assertNull(log.due("a", start));
        assertNull(log.due("a", start + MINUTE - 1));
        assertEquals("", log.due("b", start + 1));
        assertEquals(" (and 2 more)", log.due("a", start + MINUTE));
        assertNull(log.due("a", start + MINUTE + 1));
        assertEquals(" (and 1 more)", log.due("a", start + 3 * MINUTE));
        assertEquals("", log.due("a", start + 4 * MINUTE));
    }

    @Test
    void shouldForgetTheKindItKnowsTheLongestWhenThereAreTooMany() {
        for (int i = 0; i < 1024; i++) {
            assertEquals("", log.due("kind " + i, i));
        }
        assertNull(log.due("kind 0", 1024));
        assertEquals("", log.due("one more", 1024));
        assertNull(log.due("kind 1", 1024));
        assertEquals("", log.due("kind 0", 1024));
        assertEquals("", log.due("kind 1", 1024), "it made room for the other");
    }
}
