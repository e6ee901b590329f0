package io.tharsis.transport.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.Endpoint;
import io.tharsis.transport.LinkState;
import io.tharsis.transport.Sent;
import io.tharsis.transport.link.FrameLink;
import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Outflow;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The way for data, where it ends while that of messages goes on. */
final class BulkLaneTest extends BulkFixture {
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
}
