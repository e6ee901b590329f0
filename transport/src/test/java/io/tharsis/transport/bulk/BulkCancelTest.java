package io.tharsis.transport.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Link;
import io.tharsis.transport.Sent;
import io.tharsis.transport.Transport;

import org.agrona.concurrent.UnsafeBuffer;
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

    /** Fills the way for messages to B, until there is no room for the least of them. */
    private void fillTheWayForMessages() {
        serving.register(1, (_, _, _, _, _) -> {});
        Link link = asking.link(B);
        var filler = new UnsafeBuffer(new byte[Transport.MAX_MESSAGE]);
        for (int length = filler.capacity(); length > 0; length /= 8) {
            while (link.offer(1, filler, 0, length) == Sent.SENT) {}
        }
        assertEquals(Sent.BACK_PRESSURED, link.offer(1, filler, 0, 1));
    }

    @Test
    void shouldCancelOnceThereIsRoomToSaySo() {
        store.data.put("x", bytes(8_000_000));
        network.clog(B, A, 2_000_000);
        Fetch cancelled = client.fetch(B, "x", target(8_000_000), LONG);
        Fetch expired = client.fetch(B, "x", target(8_000_000), Duration.ofMillis(1200));
        assertTrue(
                network.runUntil(
                        () -> cancelled.received() > 100_000 && expired.received() > 100_000,
                        Duration.ofSeconds(1)));
        network.clog(A, B, 0);
        fillTheWayForMessages();
        cancelled.cancel();
        assertEquals(BulkException.Reason.CANCELLED, failure(cancelled).reason());
        assertEquals(BulkException.Reason.EXPIRED, failure(expired).reason());
        assertEquals(2, store.open, "it was heard of although there was no room");
        network.heal(A, B);
        network.clog(B, A, 1_000_000);
        assertTrue(
                network.runUntil(() -> store.open == 0, Duration.ofSeconds(1)),
                "the other side goes on to give what nobody wants");
        network.heal();
        assertRestNotSent(16_000_000);
        assertEquals(0, asking.stats().losses() + serving.stats().losses());
    }
}
