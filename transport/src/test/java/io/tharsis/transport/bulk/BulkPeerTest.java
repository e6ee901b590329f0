package io.tharsis.transport.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.Link;
import io.tharsis.transport.LinkState;
import io.tharsis.transport.Sent;
import io.tharsis.transport.link.LinkTransport;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Damage, and peers that keep to no rule. */
final class BulkPeerTest extends BulkFixture {
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

    @Test
    void shouldKeepSoManyRefusalsForAPeerThatDoesNotReadAndNoMore() {
        var alone = new BulkServer(serving, store);
        var link = new FakeLink();
        link.messagesAnswer = Sent.BACK_PRESSURED;
        var request = new UnsafeBuffer(new byte[100]);
        String key = "long".repeat(10);
        int asked = 5_000;
        for (int number = 0; number < asked; number++) {
            alone.onRequest(link, request, 0, encodeRequest(request, number, key));
            network.advance(Duration.ofMillis(1));
        }
        network.advance(Duration.ofMillis(100));
        alone.work();
        assertEquals(asked - BulkServer.MAX_A_PEER, alone.dropped());
        BulkDescriptor.cancel(request, 1);
        alone.onCancel(link, request, 0);
        link.messagesAnswer = Sent.SENT;
        alone.work();
        assertEquals(BulkServer.MAX_A_PEER - 1, link.texts.size());
        assertEquals("3 of 0: nobody knows " + key, link.texts.getFirst());
        assertEquals("3 of 2: nobody knows " + key, link.texts.get(1), "1 was cancelled");
    }

    @Test
    void shouldServeOthersAndBoundWhatWaitsForAPeerThatNeverReads() {
        MemorySegment data = bytes(300_000);
        store.data.put("x", data);
        var c = new Address("c", 3);
        LinkTransport mute = start(c, Duration.ofHours(1));
        Bulk asks = Bulk.on(mute, store);
        Link link = mute.link(B);
        assertTrue(network.runUntil(() -> link.state() instanceof LinkState.Connected, LONG));
        deaf.add(c);
        List<Fetch> unread = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            unread.add(asks.fetch(B, "nobody has it", target(1), Duration.ofSeconds(30)));
        }
        assertTrue(network.runUntil(() -> store.opened.size() >= 10_000, Duration.ofSeconds(20)));
        network.advance(Duration.ofMillis(100));
        long dropped = server.stats().dropped();
        assertTrue(dropped > 0, "" + server.stats());
        MemorySegment target = target(300_000);
        Fetch other = client.fetch(B, "x", target, LONG);
        until(other);
        other.done().join();
        assertEquals(-1, data.mismatch(target));
        // It reads after all: what was kept is there, and what was not ends by its deadline.
        deaf.clear();
        Map<BulkException.Reason, Integer> ends = new EnumMap<>(BulkException.Reason.class);
        unread.forEach(fetch -> ends.merge(failure(fetch).reason(), 1, Integer::sum));
        assertEquals(
                Map.of(
                        BulkException.Reason.REFUSED,
                        unread.size() - (int) dropped,
                        BulkException.Reason.EXPIRED,
                        (int) dropped),
                ends);
        assertEquals(0, serving.stats().losses() + mute.stats().losses());
        assertNothingLeft();
    }
}
