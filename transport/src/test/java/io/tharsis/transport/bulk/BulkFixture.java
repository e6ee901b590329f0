package io.tharsis.transport.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.Link;
import io.tharsis.transport.Sent;
import io.tharsis.transport.link.FrameDescriptor;
import io.tharsis.transport.link.LinkTransport;
import io.tharsis.transport.simulated.SimulatedNetwork;
import io.tharsis.transport.wire.FrameHandler;
import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Outflow;
import io.tharsis.transport.wire.Wire;

import org.agrona.concurrent.UnsafeBuffer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Two processes on a simulated network, what they serve, and what a bad wire does to it. */
abstract class BulkFixture {
    static final Address A = new Address("a", 1);
    static final Address B = new Address("b", 2);
    static final Duration LIVENESS = Duration.ofSeconds(2);
    static final Duration LONG = Duration.ofSeconds(60);

    final long seed = Long.getLong("tharsis.seed", ThreadLocalRandom.current().nextInt());
    final Random random = new Random(seed);
    final SimulatedNetwork network = new SimulatedNetwork(seed);
    final Arena arena = Arena.ofAuto();
    final Store store = new Store();
    final LinkTransport asking = start(A);
    final Bulk client = Bulk.on(asking, store);
    LinkTransport serving = start(B);
    Bulk server = Bulk.on(serving, store);
    int damageEvery;

    /** Those whose processes do not read. */
    final Set<Address> deaf = new HashSet<>();

    /** What is done to a way for data when it is opened. */
    Consumer<Outflow> onWay = _ -> {};

    /** Whether the receiver of a frame of data refuses the stream that it came by. */
    BooleanSupplier refuses = () -> false;

    /** The streams of bulk data that were opened, of both sides. */
    final List<Outflow> ways = new ArrayList<>();

    /** The numbers of the fetches that were asked for. */
    final Set<Long> requested = new HashSet<>();

    BulkFixture() {
        System.out.println(getClass().getSimpleName() + " -Dtharsis.seed=" + seed);
    }

    LinkTransport start(Address address) {
        return start(address, LIVENESS);
    }

    LinkTransport start(Address address, Duration liveness) {
        var transport =
                new LinkTransport(
                        address,
                        liveness,
                        new BadWire(address, network.wire(address)),
                        network::nanoTime,
                        network.calendar());
        network.register(address, transport::doWork);
        return transport;
    }

    /** Does to frames and streams what a test wants. */
    private final class BadWire implements Wire {
        private final Address address;
        private final Wire wire;

        private BadWire(Address address, Wire wire) {
            this.address = address;
            this.wire = wire;
        }

        @Override
        public int poll(FrameHandler handler, int limit) {
            if (deaf.contains(address)) {
                return 0;
            }
            return wire.poll(
                    (lane, inflow, buffer, offset, length) -> {
                        if (lane == Lane.BULK && refuses.getAsBoolean()) {
                            wire.reject(inflow, "of this test");
                            return;
                        }
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
                onWay.accept(outflow);
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
    static final class Store implements BulkSource {
        final Map<String, MemorySegment> data = new HashMap<>();
        final Map<String, CompletableFuture<BulkLease>> held = new HashMap<>();
        final List<String> opened = new ArrayList<>();
        long version = 1;
        int open;

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

        BulkLease lease(MemorySegment segment) {
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

    MemorySegment bytes(long size) {
        MemorySegment segment = arena.allocate(Math.max(1, size)).asSlice(0, size);
        for (long i = 0; i < size; i++) {
            segment.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        return segment;
    }

    MemorySegment target(long size) {
        return arena.allocate(Math.max(1, size)).asSlice(0, size);
    }

    void until(Fetch fetch) {
        assertTrue(
                network.runUntil(() -> fetch.done().isDone(), LONG), () -> "" + fetch.received());
    }

    BulkException failure(Fetch fetch) {
        until(fetch);
        var thrown = assertThrows(CompletionException.class, () -> fetch.done().join());
        return (BulkException) thrown.getCause();
    }

    void assertNothingLeft() {
        network.advance(Duration.ofSeconds(5));
        assertEquals(0, store.open, "leases open");
    }

    /** The other side learns that nobody wants the rest, rather than send all of it. */
    void assertRestNotSent(long size) {
        network.heal();
        assertNothingLeft();
        assertTrue(server.stats().sentBytes() < size, "sent all of it: " + server.stats());
    }

    /** A lease of what others make of it. */
    static class Lease implements BulkLease {
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

    /** Writes a request for all of a key, and says how long it is. */
    static int encodeRequest(UnsafeBuffer request, long number, String key) {
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        return BulkDescriptor.request(request, number, 0, 0, Checksum.BEST, keyBytes);
    }

    /** Sends a request by hand, as a peer may that keeps to no rule. */
    void request(Link link, long number, String key) {
        var request = new UnsafeBuffer(new byte[100]);
        int length = encodeRequest(request, number, key);
        assertTrue(
                network.runUntil(
                        () -> link.offer(BulkDescriptor.SERVICE, request, 0, length) == Sent.SENT,
                        LONG));
    }
}
