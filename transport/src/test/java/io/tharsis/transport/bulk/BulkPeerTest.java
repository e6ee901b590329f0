package io.tharsis.transport.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.Link;
import io.tharsis.transport.Sent;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.time.Duration;

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
}
