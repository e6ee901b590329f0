package io.tharsis.transport.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Link;
import io.tharsis.transport.LinkState;
import io.tharsis.transport.Sent;
import io.tharsis.transport.wire.Outflow;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;

/** The lane of bulk data, where it ends while that of messages goes on. */
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
        assertNothingLeft();
        assertNoConnectionWasLost();
    }

    private void assertNoConnectionWasLost() {
        assertEquals(0, asking.stats().losses(), "connections that A lost");
        assertEquals(0, serving.stats().losses(), "connections that B lost");
        assertEquals(1, asking.stats().connections());
    }

    /** Has A tell B a number every 10 ms, and B count those that come in order. */
    private long[] talk() {
        var told = new long[2];
        serving.register(
                1,
                (_, _, buffer, offset, _) -> {
                    assertEquals(told[1], buffer.getLong(offset), "in order, and none is missing");
                    told[1]++;
                });
        Link link = asking.link(B);
        var message = new UnsafeBuffer(new byte[8]);
        assertTrue(network.runUntil(() -> link.state() instanceof LinkState.Connected, LONG));
        assertTrue(network.runUntil(() -> link.offer(2, message, 0, 8) == Sent.SENT, LONG));
        network.schedule(
                Duration.ofMillis(10),
                new Runnable() {
                    @Override
                    public void run() {
                        message.putLong(0, told[0]);
                        assertEquals(
                                Sent.SENT, link.offer(1, message, 0, 8), "an innocent message");
                        told[0]++;
                        network.schedule(Duration.ofMillis(10), this);
                    }
                });
        return told;
    }

    /** Fetches over a lane that is dead for ever, while messages go on, and others answer. */
    private void assertFailsAloneAndTyped(String seen) {
        store.data.put("x", bytes(100_000));
        long[] told = talk();
        int before = ways.size();
        long startNs = network.nanoTime();
        Fetch fetch = client.fetch(B, "x", target(100_000), Duration.ofSeconds(20));
        BulkException e = failure(fetch);
        long tookNs = network.nanoTime() - startNs;
        assertEquals(BulkException.Reason.LANE_DEAD, e.reason(), e.getMessage());
        assertTrue(
                e.getMessage().contains("the stream of bulk data from b:2 to a:1 has ended"),
                e.getMessage());
        assertTrue(e.getMessage().contains(seen), e.getMessage());
        assertTrue(tookNs <= Duration.ofMillis(20_100).toNanos(), "took " + tookNs + " ns");
        // 50 ms, 100, ... 1,600, then every 2 s; a stream that is refused takes longer to end.
        int opened = ways.size() - before;
        assertTrue(opened >= 5 && opened <= 16, "the lane was opened " + opened + " times");
        assertNothingLeft();
        int after = ways.size();
        network.advance(Duration.ofSeconds(20));
        assertEquals(after, ways.size(), "it was opened although nobody wants it");
        assertNoConnectionWasLost();
        assertTrue(told[0] > 3_000, "told " + told[0]);
        assertTrue(told[1] >= told[0] - 2, "heard " + told[1] + " of " + told[0]);
    }

    @Test
    void shouldFailTheFetchAndNoMessageWhenTheLaneIsClosedEachTimeItIsOpened() {
        onWay = Outflow::close;
        assertFailsAloneAndTyped("its lane has ended");
    }

    @Test
    void shouldFailTheFetchAndNoMessageWhenTheLaneIsRefusedEachTimeItIsOpened() {
        refuses = () -> true;
        assertFailsAloneAndTyped("rejected");
    }

    @Test
    void shouldFetchAllOnceALaneLivesThatWasDeadForAWhile() {
        var dead = new int[] {5};
        onWay =
                way -> {
                    if (dead[0]-- > 0) {
                        way.close();
                    }
                };
        MemorySegment data = bytes(1_000_000);
        store.data.put("x", data);
        store.data.put("none", bytes(0));
        MemorySegment target = target(1_000_000);
        Fetch fetch = client.fetch(B, "x", target, LONG);
        Fetch none = client.fetch(B, "none", target(0), LONG);
        until(fetch);
        until(none);
        fetch.done().join();
        none.done().join();
        assertEquals(-1, data.mismatch(target));
        assertNothingLeft();
        assertNoConnectionWasLost();
    }

    @Test
    void shouldFetchWhatWasLostWithTheEndOfTheLaneAfterAllWasGiven() {
        MemorySegment data = bytes(1_000_000);
        store.data.put("x", data);
        MemorySegment target = target(1_000_000);
        var frames = new int[1];
        // The second frame of data; the others are lost with their stream.
        refuses = () -> ++frames[0] == 3;
        network.clog(B, A, 1_000_000);
        Fetch fetch = client.fetch(B, "x", target, LONG);
        assertTrue(network.runUntil(() -> server.stats().sentBytes() == 1_000_000, LONG));
        assertEquals(0, store.open);
        assertFalse(fetch.done().isDone());
        until(fetch);
        fetch.done().join();
        assertEquals(-1, data.mismatch(target));
        assertEquals(2, store.opened.size(), "asked for once more");
        assertTrue(server.stats().sentBytes() < 2_000_000, "from where it was");
        assertNothingLeft();
        assertNoConnectionWasLost();
    }

    @Test
    void shouldEndWhatWasAskedForWithTheLaneAndNothingElse() {
        store.data.put("x", bytes(5_000));
        var alone = new BulkServer(serving, store);
        var link = new FakeLink();
        var request = new UnsafeBuffer(new byte[100]);

        // Before there was a word of it.
        link.bulkAnswer = Sent.NOT_CONNECTED;
        alone.onRequest(link, request, 0, encodeRequest(request, 7, "x"));
        network.advance(Duration.ofMillis(100));
        alone.work();
        assertEquals(1, store.open);
        link.endBulk("first");
        alone.work();
        alone.work();
        assertEquals(0, store.open);
        assertEquals(List.of("6 of 7: first"), link.texts);

        // In the middle, and while nothing can be said.
        link.bulkAnswer = Sent.SENT;
        link.room = false;
        alone.onRequest(link, request, 0, encodeRequest(request, 8, "x"));
        network.advance(Duration.ofMillis(100));
        alone.work();
        assertEquals(List.of(BulkDescriptor.OPENED_LENGTH), link.bulk, "data without room");
        link.messagesAnswer = Sent.BACK_PRESSURED;
        link.endBulk("second");
        alone.work();
        assertEquals(0, store.open);
        alone.onRequest(link, request, 0, encodeRequest(request, 9, "x"));
        network.advance(Duration.ofMillis(100));
        alone.work();
        assertEquals(1, store.open);
        link.messagesAnswer = Sent.SENT;
        alone.work();
        assertEquals("6 of 8: second", link.texts.getLast(), "9 is of the next stream");
        assertEquals(1, store.open);

        // When all was given; it may not have come.
        link.room = true;
        alone.work();
        assertEquals(0, store.open);
        assertEquals(
                5_000 + 6 * BulkDescriptor.DATA_OFFSET + 2 * BulkDescriptor.OPENED_LENGTH,
                link.bulk.stream().mapToInt(length -> length).sum());
        link.endBulk("third");
        alone.work();
        assertEquals("6 of 9: third", link.texts.getLast());
        assertEquals(0, alone.work());
        assertEquals(3, link.texts.size());
    }
}
