package io.tharsis.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.Link;
import io.tharsis.transport.Sent;
import io.tharsis.transport.Transport;
import io.tharsis.transport.aeron.AeronConfig.DriverMode;
import io.tharsis.transport.bulk.Bulk;
import io.tharsis.transport.bulk.BulkException;
import io.tharsis.transport.bulk.BulkLease;
import io.tharsis.transport.link.LinkTransport;
import io.tharsis.transport.link.Pump;
import io.tharsis.transport.wire.FrameHandler;
import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Outflow;
import io.tharsis.transport.wire.Wire;

import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/** A lane of bulk that Aeron ends each time it is opened, beside messages. */
@Timeout(60)
final class DeadLaneTest {
    private enum Death {
        CLOSED_HERE,
        REFUSED_THERE
    }

    /** Ends the lane of bulk, in its own way. */
    private record LaneKiller(Wire wire, Death death) implements Wire {
        @Override
        public int maxFrame(Lane lane) {
            return wire.maxFrame(lane);
        }

        @Override
        public Outflow open(Address to, Lane lane) {
            Outflow outflow = wire.open(to, lane);
            if (lane == Lane.BULK && death == Death.CLOSED_HERE) {
                outflow.close();
            }
            return outflow;
        }

        @Override
        public int poll(FrameHandler handler, int limit) {
            return wire.poll(
                    (lane, inflow, buffer, offset, length) -> {
                        if (lane == Lane.BULK && death == Death.REFUSED_THERE) {
                            wire.reject(inflow, "of this test");
                        } else {
                            handler.onFrame(lane, inflow, buffer, offset, length);
                        }
                    },
                    limit);
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

    private record Kept(MemorySegment segment) implements BulkLease {
        @Override
        public long version() {
            return 1;
        }

        @Override
        public void close() {}
    }

    private static Transport start(WireFolder folder, Address at, DriverMode mode, Death death) {
        return Pump.start(
                new LinkTransport(
                        at,
                        LinkTransport.DEFAULT_LIVENESS,
                        new LaneKiller(folder.open(folder.config(at, mode)), death),
                        SystemNanoClock.INSTANCE::nanoTime,
                        InstantSource.system()),
                AeronWire.idleStrategy());
    }

    @ParameterizedTest
    @CsvSource({
        "EMBEDDED, CLOSED_HERE",
        "SHARED, CLOSED_HERE",
        "EMBEDDED, REFUSED_THERE",
        "SHARED, REFUSED_THERE"
    })
    void shouldFailTheFetchAndNoMessage(DriverMode mode, Death death) {
        try (var folder = new WireFolder();
                Arena arena = Arena.ofShared();
                Transport asking = start(folder, WireFolder.freeAddress(), mode, death);
                Transport serving = start(folder, WireFolder.freeAddress(), mode, death)) {
            Address to = serving.self().address();
            MemorySegment data = arena.allocate(1_000_000);
            Bulk.on(serving, _ -> CompletableFuture.completedFuture(new Kept(data)));
            Bulk client = Bulk.on(asking, _ -> null);
            var heard = new AtomicInteger();
            serving.register(1, (_, _, _, _, _) -> heard.incrementAndGet());
            Link link = asking.link(to);
            var message = new UnsafeBuffer(new byte[8]);
            WireFolder.until("a connection", () -> link.offer(2, message, 0, 8) == Sent.SENT);
            CompletableFuture<Void> done =
                    client.fetch(to, "x", arena.allocate(1_000_000), Duration.ofSeconds(3)).done();
            int[] told = {0};
            WireFolder.until(
                    "end of the fetch",
                    () -> {
                        Sent sent = link.offer(1, message, 0, 8);
                        assertTrue(sent == Sent.SENT || sent == Sent.BACK_PRESSURED, "" + sent);
                        told[0] += sent == Sent.SENT ? 1 : 0;
                        return done.isDone();
                    });
            var thrown = assertThrows(CompletionException.class, done::join);
            var e = (BulkException) thrown.getCause();
            assertEquals(BulkException.Reason.LANE_DEAD, e.reason(), e.getMessage());
            String from = to + " to " + asking.self().address();
            assertTrue(e.getMessage().contains(from), e.getMessage());
            if (death == Death.REFUSED_THERE) {
                assertTrue(e.getMessage().contains("rejected"), e.getMessage());
            }
            WireFolder.until("all that was told", () -> heard.get() == told[0]);
            assertEquals(0, asking.stats().losses() + serving.stats().losses());
            assertEquals(1, asking.stats().connections());
        }
    }
}
