package io.tharsis.transport.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.Endpoint;
import io.tharsis.transport.Link;
import io.tharsis.transport.LinkState;
import io.tharsis.transport.Sent;
import io.tharsis.transport.link.FrameDescriptor;
import io.tharsis.transport.link.FrameLink;
import io.tharsis.transport.link.LinkTransport;
import io.tharsis.transport.simulated.Faults;
import io.tharsis.transport.simulated.SimulatedNetwork;
import io.tharsis.transport.wire.FrameHandler;
import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Outflow;
import io.tharsis.transport.wire.Wire;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
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
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;

/** Fetches over the simulated network: whole and right, or a reason, and no lease left open. */
final class BulkTest {
    private static final Address A = new Address("a", 1);
    private static final Address B = new Address("b", 2);
    private static final Duration LIVENESS = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofSeconds(60);

    private final long seed = Long.getLong("tharsis.seed", ThreadLocalRandom.current().nextInt());
    private final Random random = new Random(seed);
    private final SimulatedNetwork network = new SimulatedNetwork(seed);
    private final Arena arena = Arena.ofAuto();
    private final Store store = new Store();
    private final Bulk client = Bulk.on(start(A), store);
    private LinkTransport serving = start(B);
    private Bulk server = Bulk.on(serving, store);
    private int damageEvery;

    /** The streams of bulk data that were opened, of both sides. */
    private final List<Outflow> ways = new ArrayList<>();

    /** The numbers of the fetches that were asked for. */
    private final Set<Long> requested = new HashSet<>();

    BulkTest() {
        System.out.println("BulkTest -Dtharsis.seed=" + seed);
    }

    private LinkTransport start(Address address) {
        var transport =
                new LinkTransport(
                        address,
                        LIVENESS,
                        new DamagingWire(network.wire(address)),
                        network::nanoTime,
                        () -> Instant.EPOCH.plusNanos(network.nanoTime() & (-1L >>> 2)));
        network.register(address, transport::doWork);
        return transport;
    }

    /** Flips a bit in some frames of bulk that come in. */
    private final class DamagingWire implements Wire {
        private final Wire wire;

        private DamagingWire(Wire wire) {
            this.wire = wire;
        }

        @Override
        public int poll(FrameHandler handler, int limit) {
            return wire.poll(
                    (lane, inflow, buffer, offset, length) -> {
                        boolean damage =
                                lane == Lane.BULK
                                        && damageEvery > 0
                                        && random.nextInt(damageEvery) == 0;
                        byte[] bytes = new byte[length];
                        buffer.getBytes(offset, bytes);
                        bytes[length - 1] ^= (byte) (damage ? 16 : 0);
                        note(bytes);
                        handler.onFrame(lane, inflow, new UnsafeBuffer(bytes), 0, length);
                    },
                    limit);
        }

        private void note(byte[] bytes) {
            int body = FrameDescriptor.HEADER_LENGTH;
            var frame = new UnsafeBuffer(bytes);
            if (bytes.length > body + BulkDescriptor.OPENED_LENGTH
                    && BulkDescriptor.field(frame, body, 0) == BulkDescriptor.TYPE_REQUEST) {
                requested.add(BulkDescriptor.field(frame, body, BulkDescriptor.FETCH_OFFSET));
            }
        }

        @Override
        public int maxFrame(Lane lane) {
            return wire.maxFrame(lane);
        }

        @Override
        public Outflow open(Address to, Lane lane) {
            Outflow outflow = wire.open(to, lane);
            if (lane == Lane.BULK) {
                ways.add(outflow);
            }
            return outflow;
        }

        @Override
        public void reject(long inflow, String reason) {
            wire.reject(inflow, reason);
        }

        @Override
        public String maintain(long nowNs) {
            return wire.maintain(nowNs);
        }

        @Override
        public void close() {
            wire.close();
        }
    }

    /** What is served, and how many leases are open. */
    private static final class Store implements BulkSource {
        private final Map<String, MemorySegment> data = new HashMap<>();
        private final Map<String, CompletableFuture<BulkLease>> held = new HashMap<>();
        private final List<String> opened = new ArrayList<>();
        private long version = 1;
        private int open;

        @Override
        public CompletableFuture<BulkLease> open(String key) {
            opened.add(key);
            if (held.containsKey(key)) {
                return held.get(key);
            }
            MemorySegment segment = data.get(key);
            if (segment == null) {
                throw new IllegalArgumentException("nobody knows " + key);
            }
            return CompletableFuture.completedFuture(lease(segment));
        }

        private BulkLease lease(MemorySegment segment) {
            open++;
            long now = version;
            return new BulkLease() {
                @Override
                public MemorySegment segment() {
                    return segment;
                }

                @Override
                public long version() {
                    return now;
                }

                @Override
                public void close() {
                    open--;
                }
            };
        }
    }

    private MemorySegment bytes(long size) {
        MemorySegment segment = arena.allocate(Math.max(1, size)).asSlice(0, size);
        for (long i = 0; i < size; i++) {
            segment.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        return segment;
    }

    private MemorySegment target(long size) {
        return arena.allocate(Math.max(1, size)).asSlice(0, size);
    }

    private void until(Fetch fetch) {
        assertTrue(
                network.runUntil(() -> fetch.done().isDone(), LONG), () -> "" + fetch.received());
    }

    private BulkException failure(Fetch fetch) {
        until(fetch);
        var thrown = assertThrows(CompletionException.class, () -> fetch.done().join());
        return (BulkException) thrown.getCause();
    }

    private void assertNothingLeft() {
        network.advance(Duration.ofSeconds(5));
        assertEquals(0, store.open, "leases open");
    }

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

    /** The other side learns that nobody wants the rest, rather than send all of it. */
    private void assertRestNotSent(long size) {
        network.heal();
        assertNothingLeft();
        assertTrue(server.stats().sentBytes() < size, "sent all of it: " + server.stats());
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
    void shouldAskAgainForWhatCameDamagedAndGiveUpIfItAlwaysDoes() {
        MemorySegment data = bytes(20_000_000);
        store.data.put("x", data);
        MemorySegment target = target(20_000_000);
        damageEvery = 5;
        Fetch fetch = client.fetch(B, "x", target, LONG);
        until(fetch);
        fetch.done().join();
        assertEquals(-1, data.mismatch(target));
        assertTrue(client.stats().damaged() > 0);
        damageEvery = 1;
        BulkException e = failure(client.fetch(B, "x", target, LONG));
        assertEquals(BulkException.Reason.CORRUPT, e.reason());
        assertTrue(e.getMessage().contains("a wrong checksum"), e.getMessage());
        assertNothingLeft();
    }

    /** A lease of what others make of it. */
    private static class Lease implements BulkLease {
        private final MemorySegment segment;
        int closed;

        Lease(MemorySegment segment) {
            this.segment = segment;
        }

        @Override
        public MemorySegment segment() {
            return segment;
        }

        @Override
        public long version() {
            return 1;
        }

        @Override
        public void close() {
            closed++;
        }
    }

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

    @Test
    void shouldGoOnWhenTheWayForDataEndsAlone() {
        MemorySegment data = bytes(6_000_000);
        store.data.put("x", data);
        network.clog(B, A, 1_000_000);
        MemorySegment target = target(6_000_000);
        Fetch fetch = client.fetch(B, "x", target, LONG);
        assertTrue(network.runUntil(() -> fetch.received() > 100_000, LONG));
        ways.forEach(Outflow::close);
        until(fetch);
        fetch.done().join();
        assertEquals(-1, data.mismatch(target));
        assertTrue(fetch.received() > 0);
        assertNothingLeft();
    }

    /** A link whose way for data answers as it is told; what it was given on the other is kept. */
    private static final class HalfLink implements FrameLink {
        private final List<String> refusals = new ArrayList<>();
        private final List<Long> given = new ArrayList<>();
        private Sent answer = Sent.CLOSED;
        private boolean room;

        @Override
        public Sent offer(Lane lane, int service, DirectBuffer body, int offset, int length) {
            if (lane == Lane.BULK) {
                return answer;
            }
            refusals.add(BulkDescriptor.text(body, offset, length, BulkDescriptor.TEXT_OFFSET));
            return Sent.SENT;
        }

        @Override
        public Sent offer(
                Lane lane,
                int service,
                MutableDirectBuffer head,
                int headLength,
                DirectBuffer body,
                int offset,
                int length) {
            given.add((long) length);
            return answer;
        }

        @Override
        public Sent offer(int service, DirectBuffer message, int offset, int length) {
            return offer(Lane.MESSAGES, service, message, offset, length);
        }

        @Override
        public void reject(String fault) {
            throw new AssertionError(fault);
        }

        @Override
        public int maxBody(Lane lane) {
            return 1000;
        }

        @Override
        public boolean hasRoom(Lane lane) {
            return room;
        }

        @Override
        public Address remote() {
            return A;
        }

        @Override
        public LinkState state() {
            return new LinkState.Connected(new Endpoint(A, 1));
        }

        @Override
        public void close() {}
    }

    @Test
    void shouldRefuseWhatHasNoWay() {
        store.data.put("x", bytes(5_000));
        var alone = new BulkServer(serving, store);
        var link = new HalfLink();
        var request = new UnsafeBuffer(new byte[100]);
        int length = BulkDescriptor.request(request, 7, 0, 0, Checksum.BEST, new byte[] {'x'});
        alone.onRequest(link, request, 0, length);
        network.advance(Duration.ofMillis(100));
        assertEquals(List.of("the way for bulk data is closed"), link.refusals);
        assertEquals(0, store.open);

        link.answer = Sent.BACK_PRESSURED;
        alone.onRequest(link, request, 0, length);
        network.advance(Duration.ofMillis(100));
        alone.work(network.nanoTime());
        assertEquals(1, store.open);
        link.answer = Sent.CLOSED;
        alone.work(network.nanoTime());
        assertEquals(2, link.refusals.size());
        assertEquals(0, store.open);

        link.answer = Sent.SENT;
        alone.onRequest(link, request, 0, length);
        network.advance(Duration.ofMillis(100));
        link.answer = Sent.CLOSED;
        alone.work(network.nanoTime());
        assertEquals(1, store.open);
        assertEquals(List.of(), link.given, "data without room");
        network.advance(Duration.ofSeconds(2));
        alone.work(network.nanoTime());
        assertEquals(List.of(1000L - BulkDescriptor.DATA_OFFSET), link.given);
        assertEquals(3, link.refusals.size());
        assertEquals(0, store.open);
        assertEquals(0, alone.work(network.nanoTime()));
        assertEquals(3, link.refusals.size());
        assertEquals(Set.of("the way for bulk data is closed"), Set.copyOf(link.refusals));
    }

    /** Sends a request by hand, as a peer may that keeps to no rule. */
    private void request(Link link, long number, String key) {
        var request = new UnsafeBuffer(new byte[100]);
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        int length = BulkDescriptor.request(request, number, 0, 0, Checksum.BEST, keyBytes);
        assertTrue(
                network.runUntil(
                        () -> link.offer(BulkDescriptor.SERVICE, request, 0, length) == Sent.SENT,
                        LONG));
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

    @Test
    void shouldServeAPeerThatUsesItsNumbersTwice() {
        store.data.put("large", bytes(3_000_000));
        store.data.put("x", bytes(10));
        var c = new Address("c", 3);
        network.clog(B, c, 10_000);
        Link link = start(c).link(B);
        int most = 1024;
        for (int number = 0; number < most; number++) {
            request(link, number, "large");
        }
        assertTrue(network.runUntil(() -> store.open == most, LONG));
        for (int number = 0; number < most + 5; number++) {
            request(link, number, "x");
        }
        network.advance(Duration.ofMillis(100));
        assertEquals(most, store.open, "it has ended what goes on, or opened more than it may");
        assertEquals(most, store.opened.size());
        Fetch fetch = client.fetch(B, "x", target(10), LONG);
        until(fetch);
        fetch.done().join();
        network.heal();
        link.close();
        assertNothingLeft();
    }

    @Test
    void shouldEndTheConnectionOfWhoSendsNonsense() {
        Link link = start(new Address("c", 3)).link(B);
        var bytes = new byte[200];
        long[] sent = new long[1];
        network.runUntil(
                () -> {
                    random.nextBytes(bytes);
                    var nonsense = new UnsafeBuffer(bytes);
                    nonsense.putLong(0, random.nextInt(7), java.nio.ByteOrder.LITTLE_ENDIAN);
                    int length = random.nextInt(bytes.length);
                    if (link.offer(BulkDescriptor.SERVICE, nonsense, 0, length) == Sent.SENT) {
                        sent[0]++;
                    }
                    return sent[0] > 100;
                },
                LONG);
        assertTrue(sent[0] > 100);
        assertTrue(server.stats().malformed() > 0);
        assertNothingLeft();
    }
}
