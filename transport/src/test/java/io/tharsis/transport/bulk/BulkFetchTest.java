package io.tharsis.transport.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.simulated.Faults;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Fetches: whole and right, side by side, or a reason. */
final class BulkFetchTest extends BulkFixture {
    @Test
    void shouldFetchWhatIsThereOfAnySize() {
        network.faults(Faults.some());
        for (long size : new long[] {0, 1, 7, 1000, 100_000, 2_000_003}) {
            MemorySegment data = bytes(size);
            store.data.put("of " + size, data);
            MemorySegment target = target(size);
            Fetch fetch = client.fetch(B, "of " + size, target, LONG);
            until(fetch);
            fetch.done().join();
            assertEquals(-1, data.mismatch(target), "of " + size);
            assertEquals(size, fetch.received());
        }
        assertNothingLeft();
        assertEquals(client.stats().receivedBytes(), server.stats().sentBytes());
    }

    @Test
    void shouldShareTheWayAmongManyFetches() {
        store.data.put("large", bytes(8_000_000));
        store.data.put("small", bytes(100_000));
        Fetch large = client.fetch(B, "large", target(8_000_000), LONG);
        network.runUntil(() -> large.received() > 0, LONG);
        List<Fetch> small = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            small.add(client.fetch(B, "small", target(100_000), LONG));
        }
        assertTrue(
                network.runUntil(
                        () -> small.stream().allMatch(each -> each.done().isDone()), LONG));
        assertFalse(large.done().isDone(), "the small ones waited for the large one");
        until(large);
        large.done().join();
        assertNothingLeft();
    }

    @Test
    void shouldSayWhatIsWrong() {
        store.data.put("x", bytes(10));
        BulkException unknown = failure(client.fetch(B, "y", target(10), LONG));
        assertEquals(BulkException.Reason.REFUSED, unknown.reason());
        assertTrue(unknown.getMessage().contains("nobody knows y"), unknown.getMessage());
        BulkException size = failure(client.fetch(B, "x", target(11), LONG));
        assertEquals(BulkException.Reason.OTHER_SIZE, size.reason());
        assertTrue(size.getMessage().contains("10 bytes"), size.getMessage());
        assertTrue(size.getMessage().contains("of 11 bytes"), size.getMessage());
        assertNothingLeft();
        assertThrows(
                IllegalArgumentException.class,
                () -> client.fetch(B, "x", MemorySegment.ofArray(new byte[10]), LONG));
        assertThrows(IllegalArgumentException.class, () -> client.fetch(B, "", target(10), LONG));
        assertThrows(IllegalArgumentException.class, () -> client.fetch(A, "x", target(10), LONG));
        try (Arena confined = Arena.ofConfined()) {
            MemorySegment mine = confined.allocate(10);
            assertThrows(IllegalArgumentException.class, () -> client.fetch(B, "x", mine, LONG));
        }
    }

    @Test
    void shouldExpireAndSayWhatItWaitedFor() {
        store.held.put("never", new CompletableFuture<>());
        BulkException e = failure(client.fetch(B, "never", target(5), Duration.ofSeconds(3)));
        assertEquals(BulkException.Reason.EXPIRED, e.reason());
        assertTrue(e.getMessage().contains("it was asked for"), e.getMessage());
        var nowhere = new Address("c", 3);
        BulkException lost = failure(client.fetch(nowhere, "x", target(5), Duration.ofSeconds(3)));
        assertTrue(lost.getMessage().contains("Connecting"), lost.getMessage());
    }

    @Test
    void shouldEndWithItsTransport() {
        store.data.put("x", bytes(4_000_000));
        network.clog(B, A, 1_000_000);
        Fetch fetch = client.fetch(B, "x", target(4_000_000), LONG);
        assertTrue(network.runUntil(() -> fetch.received() > 100_000, LONG));
        serving.close();
        assertEquals(0, store.open);
        assertFalse(fetch.done().isDone(), "it may come back");
        assertThrows(IllegalStateException.class, () -> server.fetch(A, "x", target(5), LONG));
    }
}
