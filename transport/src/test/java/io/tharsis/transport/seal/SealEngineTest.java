package io.tharsis.transport.seal;

import static io.tharsis.transport.seal.SealedDatagramDescriptor.DATA;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.seal.FakeNetwork.Flying;
import io.tharsis.transport.seal.FakeNetwork.Node;
import io.tharsis.transport.seal.SealStats.Kind;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What is sent under the seal, over a network in memory. */
class SealEngineTest {
    private static final ClusterKey KEY = ClusterKey.of(new byte[32]);
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final FakeNetwork network = new FakeNetwork();
    private final Node a = network.node(1, KEY);
    private final Node b = network.node(2, KEY);

    @Test
    void shouldSendTheFirstDatagramAsSoonAsThereIsASession() throws IOException {
        a.send(b, "hello");
        assertEquals(List.of(), b.received);
        network.settle();
        assertEquals(List.of("hello"), b.received);
        b.send(a, "and back");
        network.settle();
        assertEquals(List.of("and back"), a.received);
        assertEquals(1, a.engine.sessionCount());
        assertEquals(1, b.engine.sessionCount());
    }

    @Test
    void shouldShowNothingOfTheBody() throws IOException {
        network.connect(a, b);
        a.send(b, "a secret of some length");
        byte[] wire = network.flying.getFirst().bytes();
        assertFalse(new String(wire, StandardCharsets.ISO_8859_1).contains("secret"));
        assertEquals("a secret of some length".length() + Seal.OVERHEAD, wire.length);
    }

    @Test
    void shouldRefuseAReplayAndGoOn() throws IOException {
        network.connect(a, b);
        a.send(b, "once");
        Flying captured = network.flying.getFirst();
        network.settle();
        network.deliver(captured);
        assertEquals(1, b.count(Kind.REPLAYED));
        a.send(b, "more");
        network.settle();
        assertEquals(List.of("connect", "once", "more"), b.received);
    }

    @Test
    void shouldRefuseEverythingReplayedToARestartedReceiver() throws IOException {
        network.connect(a, b);
        a.send(b, "once");
        network.settle();
        List<Flying> captured = new ArrayList<>(network.sent);
        Node again = network.restart(b);
        for (Flying each : captured) {
            if (each.to().equals(again.address)) {
                network.deliver(each);
            }
        }
        network.flying.clear();
        assertEquals(List.of(), again.received);
        assertEquals(0, again.engine.sessionCount());
    }

    @Test
    void shouldRefuseEverythingReplayedToAnotherNode() throws IOException {
        Node c = network.node(3, KEY);
        network.connect(a, b);
        for (Flying each : new ArrayList<>(network.sent)) {
            network.deliver(new Flying(each.bytes(), each.from(), c.address));
        }
        assertEquals(List.of(), c.received);
        assertEquals(0, c.engine.sessionCount());
    }

    @Test
    void shouldRefuseWhatComesBackToItsSender() throws IOException {
        network.connect(a, b);
        a.send(b, "there");
        for (Flying each : new ArrayList<>(network.sent)) {
            if (each.from().equals(a.address)) {
                network.deliver(new Flying(each.bytes(), b.address, a.address));
                network.deliver(new Flying(each.bytes(), a.address, a.address));
            }
        }
        assertEquals(List.of(), a.received);
        assertTrue(a.count(Kind.REFLECTED) > 0);
        assertTrue(a.count(Kind.UNKNOWN_SESSION) > 0);
        assertEquals(1, a.engine.sessionCount());
    }

    @Test
    void shouldRefuseADatagramWithAnyBitChanged() throws IOException {
        network.connect(a, b);
        a.send(b, "forty bytes or so of something to protect");
        byte[] whole = network.flying.removeFirst().bytes();
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit >> 3] ^= (byte) (1 << (bit & 7));
            b.receive(damaged, a.address);
            network.flying.clear();
        }
        for (int length = 0; length < whole.length; length++) {
            b.receive(Arrays.copyOf(whole, length), a.address);
        }
        for (int length = whole.length + 1; length < 2 * whole.length; length++) {
            b.receive(Arrays.copyOf(whole, length), a.address);
        }
        assertEquals(List.of("connect"), b.received);
        b.receive(whole, a.address);
        assertEquals(2, b.received.size(), "what was forged has not used the counter up");
    }

    @Test
    void shouldRefuseADatagramFromAnotherAddress() throws IOException {
        network.connect(a, b);
        a.send(b, "from a");
        Flying each = network.flying.removeFirst();
        network.deliver(new Flying(each.bytes(), FakeNetwork.address(9), b.address));
        assertEquals(1, b.count(Kind.WRONG_SOURCE));
        assertEquals(List.of("connect"), b.received);
    }

    @Test
    void shouldMakeANewKeyInTimeWithoutLosingAnything() throws IOException {
        SealOptions brief = SealOptions.defaults().withRekey(10, Long.MAX_VALUE);
        Node from = network.node(20, KEY, brief);
        for (int i = 0; i < 100; i++) {
            from.send(b, "n" + i);
            network.settle();
        }
        assertEquals(100, b.received.size());
        long sessions = from.count(Kind.SESSIONS);
        assertTrue(sessions >= 9 && sessions <= 11, "sessions: " + sessions);
        assertTrue(from.engine.sessionCount() <= 2 && b.engine.sessionCount() <= 2);
        assertEquals(0, from.count(Kind.EXHAUSTED));
    }

    @Test
    void shouldStopRatherThanUseAKeyUp() throws IOException {
        Node from = network.node(20, KEY, SealOptions.defaults().withRekey(10, 1_000_000));
        from.send(b, "0");
        network.settle();
        for (int i = 1; i < 100; i++) {
            from.send(b, "n" + i);
            network.flying.removeIf(each -> each.kind() != DATA);
            network.settle();
        }
        assertEquals(40, b.received.size());
        assertEquals(60, from.count(Kind.EXHAUSTED));
        network.advance(SECOND_NS);
        from.send(b, "it ends the famine");
        network.settle();
        from.send(b, "again");
        network.settle();
        assertEquals("again", b.received.getLast());
    }

    @Test
    void shouldBoundItsTablesAndLetTheIdleGoFirst() throws IOException {
        Node busy = network.node(4000, KEY);
        Node small = network.node(5, KEY, SealOptions.defaults().withSessions(8, 2));
        for (int port = 100; port < 150; port++) {
            busy.send(small, "busy");
            network.settle();
            network.node(port, KEY).send(small, "guest");
            network.settle();
            assertTrue(small.engine.sessionCount() <= 8);
            assertTrue(small.port.size() <= 8);
        }
        assertEquals(1, busy.count(Kind.SESSIONS), "what is in use stays");
        assertEquals(100, small.received.size());
        assertTrue(small.count(Kind.EVICTED) >= 40);
    }

    @Test
    void shouldRefuseGarbage() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        network.connect(a, b);
        for (int i = 0; i < 100_000; i++) {
            byte[] garbage = new byte[random.nextInt(300)];
            random.nextBytes(garbage);
            if (garbage.length > 2 && random.nextBoolean()) {
                garbage[0] = (byte) (DATA >> 8);
                garbage[1] = (byte) (0x10 + random.nextInt(7));
            }
            b.receive(garbage, a.address);
        }
        network.flying.clear();
        assertEquals(List.of("connect"), b.received, "seed " + seed);
        assertEquals(1, b.engine.sessionCount(), "seed " + seed);
        a.send(b, "fine");
        network.settle();
        assertEquals(List.of("connect", "fine"), b.received, "seed " + seed);
    }

    @Test
    void shouldLetEachDatagramThroughAtMostOnceInABadNetwork() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int sent = 0;
        Node from = network.node(20, KEY, SealOptions.defaults().withRekey(50, 1_000_000));
        List<Flying> air = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            network.advance(1_000_000);
            if (random.nextInt(3) == 0) {
                from.send(b, "n" + sent++);
            }
            while (!network.flying.isEmpty()) {
                Flying each = network.flying.removeFirst();
                for (int copies = random.nextInt(10) == 0 ? random.nextInt(3) : 1;
                        copies > 0;
                        copies--) {
                    air.add(each);
                }
            }
            while (air.size() > 20 || (!air.isEmpty() && random.nextBoolean())) {
                network.deliver(air.remove(random.nextInt(air.size())));
            }
        }
        long distinct = b.received.stream().distinct().count();
        assertEquals(b.received.size(), distinct, "seed " + seed);
        assertTrue(distinct > sent * 0.85, "seed " + seed + ": " + distinct + " of " + sent);
    }

    @Test
    void shouldSayThatADatagramIsTooLong() {
        var tooLong = ByteBuffer.allocate(Seal.MAX_MTU + 1);
        IOException e =
                assertThrows(IOException.class, () -> a.engine.send(a.port, b.address, tooLong));
        assertTrue(e.getMessage().contains("" + Seal.MAX_MTU), e.getMessage());
    }
}
