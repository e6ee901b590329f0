package io.tharsis.transport.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Leases: each is closed once, and a bad one ends its own fetch and nothing else. */
final class BulkLeaseTest extends BulkFixture {
    private void assertRefused(String key, BulkLease lease, String why) {
        store.held.put(key, CompletableFuture.completedFuture(lease));
        BulkException e = failure(client.fetch(B, key, target(10), LONG));
        assertEquals(BulkException.Reason.REFUSED, e.reason());
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }

    @Test
    void shouldRefuseALeaseThatIsNoGood() {
        var unreadable =
                new Lease(bytes(10)) {
                    @Override
                    public MemorySegment segment() {
                        throw new IllegalStateException("no segment today");
                    }
                };
        assertRefused("unreadable", unreadable, "no segment today");
        assertEquals(1, unreadable.closed);
        var unversioned =
                new Lease(bytes(10)) {
                    @Override
                    public long version() {
                        throw new AssertionError("no version today");
                    }
                };
        assertRefused("unversioned", unversioned, "no version today");
        assertEquals(1, unversioned.closed);
        var heap = new Lease(MemorySegment.ofArray(new byte[10]));
        assertRefused("heap", heap, "native memory that any thread may read");
        assertEquals(1, heap.closed);
        try (Arena confined = Arena.ofConfined()) {
            var mine = new Lease(confined.allocate(10));
            assertRefused("confined", mine, "native memory that any thread may read");
            assertEquals(1, mine.closed);
        }
        Lease dead;
        try (Arena closing = Arena.ofShared()) {
            dead = new Lease(closing.allocate(10));
        }
        assertRefused("dead", dead, "closed");
        assertEquals(1, dead.closed);
        assertRefused("none", null, "no such data");
        store.held.put("no stage", null);
        BulkException e = failure(client.fetch(B, "no stage", target(10), LONG));
        assertTrue(e.getMessage().contains("no such data"), e.getMessage());
    }

    @Test
    void shouldServeOthersWhenTheMemoryOfOneIsClosed() {
        MemorySegment data = bytes(6_000_000);
        store.data.put("good", data);
        network.clog(B, A, 1_000_000);
        MemorySegment target = target(6_000_000);
        Fetch bad;
        Fetch good = client.fetch(B, "good", target, LONG);
        Lease lease;
        try (Arena closing = Arena.ofShared()) {
            lease = new Lease(closing.allocate(6_000_000));
            store.held.put("bad", CompletableFuture.completedFuture(lease));
            bad = client.fetch(B, "bad", target(6_000_000), LONG);
            assertTrue(network.runUntil(() -> bad.received() > 100_000, LONG));
        }
        BulkException e = failure(bad);
        assertEquals(BulkException.Reason.REFUSED, e.reason());
        assertTrue(e.getMessage().contains("closed"), e.getMessage());
        assertEquals(1, lease.closed);
        until(good);
        good.done().join();
        assertEquals(-1, data.mismatch(target));
        assertNothingLeft();
    }

    @Test
    void shouldCloseAllLeasesThoughOneDoesNotClose() {
        var stuck =
                new Lease(bytes(4_000_000)) {
                    @Override
                    public void close() {
                        super.close();
                        throw new IllegalStateException("a lease of this test that never closes");
                    }
                };
        store.held.put("stuck", CompletableFuture.completedFuture(stuck));
        store.data.put("x", bytes(4_000_000));
        network.clog(B, A, 1_000_000);
        network.clog(A, B, 1_000_000);
        List<Fetch> fetches = new ArrayList<>();
        for (String key : List.of("x", "stuck", "x")) {
            fetches.add(client.fetch(B, key, target(4_000_000), LONG));
        }
        fetches.add(server.fetch(A, "x", target(4_000_000), LONG));
        assertTrue(
                network.runUntil(
                        () -> fetches.stream().allMatch(each -> each.received() > 100_000), LONG));
        network.partition(Set.of(A), Set.of(B));
        network.advance(LIVENESS.multipliedBy(3));
        assertEquals(0, store.open, "leases of the lost connection");
        assertEquals(1, stuck.closed);
        network.heal();
        for (Fetch fetch : fetches) {
            until(fetch);
            fetch.done().join();
        }
        assertNothingLeft();
        assertEquals(2, stuck.closed);
    }
}
