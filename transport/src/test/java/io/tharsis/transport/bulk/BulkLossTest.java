package io.tharsis.transport.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.link.LinkTransport;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Fetches over connections that are lost and processes that come back. */
final class BulkLossTest extends BulkFixture {
    @Test
    void shouldGoOnWhereItWasAfterALoss() {
        MemorySegment data = bytes(4_000_000);
        store.data.put("x", data);
        network.clog(B, A, 1_000_000);
        MemorySegment target = target(4_000_000);
        Fetch fetch = client.fetch(B, "x", target, LONG);
        assertTrue(network.runUntil(() -> fetch.received() > 500_000, LONG));
        network.partition(Set.of(A), Set.of(B));
        network.advance(LIVENESS.multipliedBy(3));
        assertFalse(fetch.done().isDone());
        assertEquals(0, store.open, "the lease of the lost connection");
        network.heal();
        until(fetch);
        fetch.done().join();
        assertEquals(-1, data.mismatch(target));
        assertEquals(2, store.opened.size());
        assertTrue(
                server.stats().sentBytes() < 4_000_000 + 4_000_000,
                "sent all of it again: " + server.stats());
        assertNothingLeft();
    }

    @Test
    void shouldGoOnWithTheNextLifeOfTheProcess() {
        MemorySegment data = bytes(3_000_000);
        store.data.put("x", data);
        network.clog(B, A, 1_000_000);
        MemorySegment target = target(3_000_000);
        Fetch fetch = client.fetch(B, "x", target, LONG);
        assertTrue(network.runUntil(() -> fetch.received() > 500_000, LONG));
        network.crash(B);
        network.heal();
        store.open = 0;
        serving = start(B);
        server = Bulk.on(serving, store);
        until(fetch);
        fetch.done().join();
        assertEquals(-1, data.mismatch(target));
        assertTrue(server.stats().sentBytes() < 2_700_000, "" + server.stats());
    }

    @Test
    void shouldRefuseToGoOnWithOtherData() {
        store.data.put("x", bytes(4_000_000));
        network.clog(B, A, 1_000_000);
        Fetch fetch = client.fetch(B, "x", target(4_000_000), LONG);
        assertTrue(network.runUntil(() -> fetch.received() > 500_000, LONG));
        network.partition(Set.of(A), Set.of(B));
        store.version++;
        network.advance(LIVENESS.multipliedBy(3));
        network.heal();
        assertEquals(BulkException.Reason.CHANGED, failure(fetch).reason());
        assertNothingLeft();
    }

    @Test
    void shouldNotRefuseAFetchOfTheNextLifeForOneOfTheLast() {
        var ofTheLast = new CompletableFuture<BulkLease>();
        var late = new CompletableFuture<BulkLease>();
        store.held.put("x", ofTheLast);
        store.held.put("late", late);
        client.fetch(B, "x", target(10), LONG);
        client.fetch(B, "late", target(10), LONG);
        assertTrue(network.runUntil(() -> store.opened.size() == 2, LONG));
        network.crash(A);
        network.advance(Duration.ofSeconds(1));
        LinkTransport nextLife = start(A);
        Bulk next = Bulk.on(nextLife, store);
        store.held.put("x", new CompletableFuture<>());
        Fetch first = next.fetch(B, "x", target(10), LONG);
        Fetch second = next.fetch(B, "x", target(10), LONG);
        assertTrue(network.runUntil(() -> store.opened.size() == 4, LONG));
        assertEquals(4, requested.size(), "a number was used in two lives: " + requested);
        long life = nextLife.self().incarnation();
        assertEquals(2, requested.stream().filter(number -> number > life).count());
        ofTheLast.completeExceptionally(new IllegalStateException("too late"));
        Lease lease = new Lease(bytes(10));
        late.complete(lease);
        network.advance(Duration.ofSeconds(1));
        assertEquals(1, lease.closed);
        assertFalse(first.done().isDone(), "ended by an answer to another life");
        assertFalse(second.done().isDone(), "ended by an answer to another life");
    }

    @Test
    void shouldSayNothingToTheNextLifeOfWhatTheLastAskedFor() {
        var opening = new CompletableFuture<BulkLease>();
        store.held.put("x", opening);
        var c = new Address("c", 3);
        serving.link(c);
        request(start(c).link(B), 1, "x");
        assertTrue(network.runUntil(() -> store.opened.size() == 1, LONG));
        network.crash(c);
        network.advance(Duration.ofSeconds(1));
        LinkTransport next = start(c);
        List<Integer> heard = new ArrayList<>();
        next.register(BulkDescriptor.SERVICE, (_, _, _, _, length) -> heard.add(length));
        store.held.put("x", new CompletableFuture<>());
        request(next.link(B), 1, "x");
        assertTrue(network.runUntil(() -> store.opened.size() == 2, LONG));
        opening.completeExceptionally(new IllegalStateException("too late"));
        network.advance(Duration.ofSeconds(1));
        assertEquals(List.of(), heard);
    }
}
