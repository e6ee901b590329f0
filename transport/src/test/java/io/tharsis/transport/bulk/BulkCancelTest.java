package io.tharsis.transport.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What has ended on one side ends on the other. */
final class BulkCancelTest extends BulkFixture {
    @Test
    void shouldGiveUpTheLeaseOfACancelledFetch() {
        store.data.put("x", bytes(4_000_000));
        network.clog(B, A, 1_000_000);
        Fetch fetch = client.fetch(B, "x", target(4_000_000), LONG);
        assertTrue(network.runUntil(() -> fetch.received() > 100_000, LONG));
        fetch.cancel();
        assertEquals(BulkException.Reason.CANCELLED, failure(fetch).reason());
        long received = fetch.received();
        network.heal();
        assertNothingLeft();
        assertEquals(received, fetch.received());
        var slow = new CompletableFuture<BulkLease>();
        store.held.put("slow", slow);
        Fetch opening = client.fetch(B, "slow", target(5), LONG);
        network.advance(Duration.ofSeconds(1));
        opening.cancel();
        network.advance(Duration.ofSeconds(1));
        slow.complete(store.lease(bytes(5)));
        assertNothingLeft();
    }

    @Test
    void shouldCancelWhatGoesToClosedMemory() {
        store.data.put("x", bytes(8_000_000));
        network.clog(B, A, 1_000_000);
        Fetch fetch;
        try (Arena closing = Arena.ofShared()) {
            fetch = client.fetch(B, "x", closing.allocate(8_000_000), LONG);
            assertTrue(network.runUntil(() -> fetch.received() > 10_000, LONG));
        }
        BulkException e = failure(fetch);
        assertEquals(BulkException.Reason.CANCELLED, e.reason());
        assertTrue(e.getMessage().contains("its target is closed"), e.getMessage());
        assertRestNotSent(8_000_000);
    }

    @Test
    void shouldCancelWhatHasExpired() {
        store.data.put("x", bytes(8_000_000));
        network.clog(B, A, 1_000_000);
        Fetch fetch = client.fetch(B, "x", target(8_000_000), Duration.ofSeconds(1));
        assertEquals(BulkException.Reason.EXPIRED, failure(fetch).reason());
        assertTrue(fetch.received() > 0);
        assertRestNotSent(8_000_000);
    }

    @Test
    void shouldCancelWhatHasAnotherSize() {
        store.data.put("x", bytes(8_000_000));
        network.clog(B, A, 1_000_000);
        Fetch fetch = client.fetch(B, "x", target(10), LONG);
        assertEquals(BulkException.Reason.OTHER_SIZE, failure(fetch).reason());
        assertRestNotSent(8_000_000);
    }
}
