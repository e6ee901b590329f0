package io.tharsis.transport.seal;

import static io.tharsis.transport.seal.SealedDatagramDescriptor.ACCEPT;
import static io.tharsis.transport.seal.SealedDatagramDescriptor.CHALLENGE;
import static io.tharsis.transport.seal.SealedDatagramDescriptor.DATA;
import static io.tharsis.transport.seal.SealedDatagramDescriptor.HELLO;
import static io.tharsis.transport.seal.SealedDatagramDescriptor.PROOF;
import static io.tharsis.transport.seal.SealedDatagramDescriptor.UNKNOWN_SESSION;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.seal.FakeNetwork.Flying;
import io.tharsis.transport.seal.FakeNetwork.Node;
import io.tharsis.transport.seal.SealStats.Kind;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** How sessions come about, over a network in memory. */
class HandshakeTest {
    private static final ClusterKey KEY = ClusterKey.of(new byte[32]);
    private static final ClusterKey OTHER_KEY = ClusterKey.of(new byte[33]);
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final FakeNetwork network = new FakeNetwork();
    private final Node a = network.node(1, KEY);
    private final Node b = network.node(2, KEY);

    @Test
    void shouldNeverAnswerWithMoreThanItWasSent() throws IOException {
        network.connect(a, b);
        for (int kind : new int[] {HELLO, CHALLENGE, PROOF, ACCEPT}) {
            Node from = kind == HELLO || kind == PROOF ? a : b;
            assertEquals(
                    HandshakeDescriptor.LENGTH, network.sent(kind, from).getFirst().bytes().length);
        }
        network.restart(b);
        a.send(b, "x");
        network.settle();
        int asked = network.sent(DATA, a).getLast().bytes().length;
        assertTrue(asked >= 32 && network.sent.stream().anyMatch(e -> e.bytes().length == 32));
    }

    @Test
    void shouldNotAnswerAnotherKey() throws IOException {
        Node stranger = network.node(3, OTHER_KEY);
        stranger.send(b, "let me in");
        network.settle();
        assertEquals(1, b.count(Kind.WRONG_KEY));
        assertEquals(0, b.count(Kind.HANDSHAKE_SENT));
        assertEquals(0, b.engine.sessionCount());
        assertEquals(List.of(), b.received);
    }

    @Test
    void shouldRefuseAHandshakeThatWasLedToAnotherNode() throws IOException {
        Node c = network.node(3, KEY);
        a.send(b, "for b");
        while (!network.flying.isEmpty()) {
            Flying each = network.flying.removeFirst();
            boolean here = each.from().equals(a.address);
            network.deliver(
                    here
                            ? new Flying(each.bytes(), a.address, c.address)
                            : new Flying(each.bytes(), b.address, a.address));
        }
        assertEquals(1, c.count(Kind.WRONG_DESTINATION));
        assertEquals(0, c.engine.sessionCount());
        assertEquals(0, a.engine.sessionCount());
    }

    @Test
    void shouldTakeHandshakesToAnAdvertisedAddress() throws IOException {
        SealOptions known = SealOptions.defaults().alsoDialledAs(FakeNetwork.address(3));
        Node c = network.node(4, KEY, known);
        a.send(FakeNetwork.address(3), "through a translation");
        while (!network.flying.isEmpty()) {
            Flying each = network.flying.removeFirst();
            boolean here = each.from().equals(a.address);
            network.deliver(
                    here
                            ? new Flying(each.bytes(), a.address, c.address)
                            : new Flying(each.bytes(), FakeNetwork.address(3), a.address));
        }
        assertEquals(List.of("through a translation"), c.received);
    }

    @Test
    void shouldRefuseAHandshakeWithAnyBitChanged() throws IOException {
        network.connect(a, b);
        for (Flying each : new ArrayList<>(network.sent)) {
            if (each.kind() == DATA) {
                continue;
            }
            Node node = each.to().equals(a.address) ? a : b;
            byte[] whole = each.bytes();
            for (int bit = 0; bit < whole.length * 8; bit++) {
                byte[] damaged = whole.clone();
                damaged[bit >> 3] ^= (byte) (1 << (bit & 7));
                node.receive(damaged, each.from());
            }
            for (int length = 0; length < whole.length; length++) {
                node.receive(Arrays.copyOf(whole, length), each.from());
            }
        }
        assertEquals(1, a.engine.sessionCount());
        assertEquals(1, b.engine.sessionCount());
        assertEquals(1, network.sent(CHALLENGE, b).size());
        assertEquals(1, network.sent(ACCEPT, b).size());
    }

    @Test
    void shouldKeepALiveSessionWhenItsProofIsRepeated() throws IOException {
        network.connect(a, b);
        Flying proof = network.sent(PROOF, a).getFirst();
        for (int i = 0; i < 100; i++) {
            network.deliver(proof);
        }
        network.settle();
        assertEquals(1, b.engine.sessionCount());
        b.send(a, "still heard");
        network.settle();
        assertEquals(List.of("still heard"), a.received);
    }

    @Test
    void shouldMakeNewKeysWhenAProofIsRepeatedAfterItsSessionIsGone() throws IOException {
        SealOptions few = SealOptions.defaults().withSessions(4, 1);
        Node small = network.node(5, KEY, few);
        a.send(small, "first");
        network.settle();
        Flying proof = network.sent(PROOF, a).getLast();
        Flying data = network.sent(DATA, a).getLast();
        for (int port = 10; port < 20; port++) {
            network.node(port, KEY).send(small, "crowd");
            network.settle();
        }
        int accepts = network.sent(ACCEPT, small).size();
        network.deliver(proof);
        assertEquals(accepts + 1, network.sent(ACCEPT, small).size());
        network.flying.clear();
        network.deliver(data);
        assertEquals(1, small.received.stream().filter("first"::equals).count());
        assertTrue(small.engine.sessionCount() <= 4);
    }

    @Test
    void shouldRefuseACookieThatIsOldOrAnothers() throws IOException {
        a.send(b, "x");
        network.deliver(network.flying.removeFirst());
        network.deliver(network.flying.removeFirst());
        Flying proof = network.flying.removeFirst();
        network.deliver(new Flying(proof.bytes(), FakeNetwork.address(9), b.address));
        network.advance(2 * Handshake.BUCKET_NS);
        network.deliver(proof);
        assertEquals(2, b.count(Kind.STALE));
        assertEquals(0, b.engine.sessionCount());
    }

    @Test
    void shouldComeToASessionWhicheverStepIsLost() throws IOException {
        for (int lost : new int[] {HELLO, CHALLENGE, PROOF, ACCEPT}) {
            Node from = network.node(100 + (lost & 0xFF), KEY);
            boolean once = false;
            for (int i = 0; i < 5 && from.engine.sessionCount() == 0; i++) {
                from.send(b, "try");
                while (!network.flying.isEmpty()) {
                    Flying each = network.flying.removeFirst();
                    if (each.kind() == lost && !once) {
                        once = true;
                    } else {
                        network.deliver(each);
                    }
                }
                network.advance(Handshake.FIRST_RETRY_NS << i);
            }
            assertTrue(once);
            assertEquals(1, from.engine.sessionCount());
            b.send(from, "back");
            network.settle();
            assertEquals(List.of("back"), from.received, "after losing " + lost);
        }
    }

    @Test
    void shouldBackOffWhereNobodyAnswers() throws IOException {
        int ms = 20_000;
        for (int i = 0; i < ms; i++) {
            a.send(FakeNetwork.address(77), "anybody?");
            network.advance(1_000_000);
        }
        int hellos = network.sent(HELLO, a).size();
        assertTrue(hellos >= 20 && hellos <= 30, "in 20 s: " + hellos);
        assertEquals(ms, a.count(Kind.WAITING));
    }

    @Test
    void shouldReconnectBySendingOnceAfterTheReceiverRestarted() throws IOException {
        network.connect(a, b);
        Node again = network.restart(b);
        a.send(b, "lost, but it tells");
        network.settle();
        a.send(b, "heard");
        network.settle();
        assertEquals(List.of("heard"), again.received);
        assertEquals(1, again.count(Kind.UNKNOWN_SESSION));
    }

    @Test
    void shouldReconnectWhenTheSenderRestartedAtItsAddress() throws IOException {
        network.connect(a, b);
        Node again = network.restart(a);
        b.send(again, "to the one before");
        network.settle();
        again.send(b, "the new one");
        b.send(again, "welcome");
        network.settle();
        assertEquals(List.of("connect", "the new one"), b.received);
        assertEquals(List.of("welcome"), again.received);
    }

    @Test
    void shouldAgreeWhenBothStartAtOnce() throws IOException {
        a.send(b, "from a");
        b.send(a, "from b");
        network.settle();
        for (int i = 0; i < 10; i++) {
            a.send(b, "a" + i);
            b.send(a, "b" + i);
            network.settle();
        }
        assertEquals(11, a.received.size());
        assertEquals(11, b.received.size());
        assertEquals(0, a.count(Kind.UNKNOWN_SESSION) + b.count(Kind.UNKNOWN_SESSION));
    }

    @Test
    void shouldIgnoreForgedAndOldHints() throws IOException {
        network.connect(a, b);
        network.restart(b);
        a.send(b, "unknown");
        network.settle();
        Flying hint = network.sent(UNKNOWN_SESSION, b).getFirst();
        int hellos = network.sent(HELLO, a).size();
        for (int i = 0; i < 10; i++) {
            network.deliver(hint);
        }
        assertEquals(10, a.count(Kind.STALE), "it is of a session before");
        byte[] forged = hint.bytes().clone();
        byte[] current = network.sent(DATA, a).getLast().bytes();
        System.arraycopy(current, 2, forged, 2, 14);
        network.deliver(new Flying(forged, b.address, a.address));
        assertEquals(hellos, network.sent(HELLO, a).size());
    }

    @Test
    void shouldLookAtABoundedNumberOfHandshakesOfStrangers() throws IOException {
        Random random = new Random(1);
        byte[] hello = new byte[HandshakeDescriptor.LENGTH];
        int most = SealOptions.defaults().hellosPerSecond();
        for (int i = 0; i < 2 * most; i++) {
            random.nextBytes(hello);
            hello[0] = (byte) (HELLO >> 8);
            hello[1] = (byte) HELLO;
            b.receive(hello, FakeNetwork.address(1 + random.nextInt(65_535)));
        }
        assertEquals(most, b.count(Kind.WRONG_KEY));
        assertEquals(most, b.count(Kind.RATE_LIMITED));
        network.advance(SECOND_NS);
        a.send(b, "the flood is over");
        network.settle();
        assertEquals(List.of("the flood is over"), b.received);
    }

    @Test
    void shouldMakeANewSessionWhenItsAddressChangesOnTheWay() throws IOException {
        network.connect(a, b);
        InetSocketAddress translated = FakeNetwork.address(9);
        a.send(b, "from elsewhere");
        for (int i = 0; i < 2; i++) {
            while (!network.flying.isEmpty()) {
                Flying each = network.flying.removeFirst();
                if (each.from().equals(a.address)) {
                    network.deliver(new Flying(each.bytes(), translated, b.address));
                } else {
                    network.deliver(new Flying(each.bytes(), b.address, a.address));
                }
            }
            a.send(b, "settled");
        }
        assertEquals(1, b.count(Kind.WRONG_SOURCE));
        assertEquals(List.of("connect", "settled"), b.received);
    }

    @Test
    void shouldSayOnceAMinuteThatAnotherKeyKnocks() throws IOException {
        Node stranger = network.node(3, OTHER_KEY);
        for (int second = 0; second < 100; second++) {
            stranger.send(b, "let me in");
            network.settle();
            network.advance(SECOND_NS);
        }
        assertEquals(2, network.warnings.size(), "" + network.warnings);
        String warning = network.warnings.getFirst();
        assertTrue(warning.contains(stranger.address.toString()), warning);
        assertTrue(warning.contains(KEY.fingerprint()), warning);
    }
}
