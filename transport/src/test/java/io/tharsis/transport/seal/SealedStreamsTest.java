package io.tharsis.transport.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.ThreadingMode;
import io.tharsis.transport.TestPorts;
import io.tharsis.transport.seal.SealStats.Kind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;

/** Aeron's streams, of every kind that is used, through sealed drivers. */
@Timeout(300)
class SealedStreamsTest {
    private static final int STREAM = 7;
    private static final ClusterKey KEY = ClusterKey.of(new byte[32]);

    @TempDir Path temp;

    @ParameterizedTest
    @EnumSource(
            value = ThreadingMode.class,
            names = {"SHARED", "DEDICATED"})
    void shouldCarryAUnicastStream(ThreadingMode threads) throws Exception {
        String channel = "aeron:udp?endpoint=127.0.0.1:" + TestPorts.free();
        try (var a = node("a", threads);
                var b = node("b", threads)) {
            Subscription subscription = b.subscribe(channel, STREAM);
            Publication publication = a.publish(channel, STREAM);
            new Numbers(publication, subscription).exchange(2_000, 500);
            assertEquals(0, a.refused() + b.refused(), () -> a.stats + " " + b.stats);
            assertEquals(1, a.count(Kind.SESSIONS));
            assertEquals(1, b.count(Kind.SESSIONS));
            assertTrue(a.errors.isEmpty() && b.errors.isEmpty(), () -> a.errors + " " + b.errors);
        }
    }

    @Test
    void shouldCarryTheLargestMtu() throws Exception {
        String channel = "aeron:udp?endpoint=127.0.0.1:" + TestPorts.free();
        try (var a = node("a");
                var b = node("b")) {
            Subscription subscription = b.subscribe(channel, STREAM);
            String large = channel + "|mtu=" + Seal.MAX_MTU + "|term-length=1m";
            Publication publication = a.publish(large, STREAM);
            new Numbers(publication, subscription).exchange(50, 100_000);
            assertEquals(0, a.refused() + b.refused(), () -> a.stats + " " + b.stats);
        }
    }

    @Test
    void shouldCarryADynamicMultiDestinationStream() throws Exception {
        String control = "control=127.0.0.1:" + TestPorts.free() + "|control-mode=dynamic";
        try (var a = node("a");
                var b = node("b");
                var c = node("c")) {
            Publication publication = a.publish("aeron:udp?" + control + "|fc=max", STREAM);
            for (SealedNode each : new SealedNode[] {b, c}) {
                String here = "aeron:udp?endpoint=127.0.0.1:0|" + control;
                Subscription subscription = each.subscribe(here, STREAM);
                new Numbers(publication, subscription).exchange(200, 100);
            }
            assertEquals(0, a.refused() + b.refused(), () -> a.stats + " " + b.stats);
        }
    }

    @Test
    void shouldCarryBetweenManualMultiDestinations() throws Exception {
        String first = "aeron:udp?endpoint=127.0.0.1:" + TestPorts.free();
        String second = "aeron:udp?endpoint=127.0.0.1:" + TestPorts.free();
        try (var a = node("a");
                var b = node("b")) {
            Publication publication = a.publish("aeron:udp?control-mode=manual", STREAM);
            Subscription subscription = b.subscribe("aeron:udp?control-mode=manual", STREAM);
            subscription.addDestination(first);
            publication.addDestination(first);
            Numbers numbers = new Numbers(publication, subscription);
            numbers.exchange(200, 100);
            subscription.addDestination(second);
            publication.addDestination(second);
            numbers.exchange(200, 100);
            Await.until(() -> a.count(Kind.SESSIONS) == 2, () -> a.stats + " " + b.stats);
            subscription.removeDestination(first);
            publication.removeDestination(first);
            numbers.exchange(200, 100);
            assertTrue(b.errors.isEmpty(), () -> "" + b.errors);
        }
    }

    @Test
    void shouldReconnectARestartedReceiverAtOnce() throws Exception {
        String channel = "aeron:udp?endpoint=127.0.0.1:" + TestPorts.free();
        try (var a = node("a")) {
            Publication publication = a.publish(channel, STREAM);
            for (int life = 0; life < 3; life++) {
                try (var b = node("b" + life)) {
                    Subscription subscription = b.subscribe(channel, STREAM);
                    new Numbers(publication, subscription).exchange(100, 100);
                    assertEquals(1, b.count(Kind.SESSIONS));
                }
            }
        }
    }

    @Test
    void shouldReconnectARestartedSenderAtItsControlAddress() throws Exception {
        String control = "control=127.0.0.1:" + TestPorts.free() + "|control-mode=dynamic";
        try (var b = node("b")) {
            Subscription subscription =
                    b.subscribe("aeron:udp?endpoint=127.0.0.1:0|" + control, STREAM);
            for (int life = 0; life < 2; life++) {
                try (var a = node("a" + life)) {
                    Publication publication = a.publish("aeron:udp?" + control, STREAM);
                    new Numbers(publication, subscription).exchange(100, 100);
                }
            }
            assertTrue(b.errors.isEmpty(), () -> "" + b.errors);
        }
    }

    @Test
    void shouldChangeKeysUnderWay() throws Exception {
        String channel = "aeron:udp?endpoint=127.0.0.1:" + TestPorts.free();
        SealOptions often = SealOptions.defaults().withRekey(100, Long.MAX_VALUE);
        try (var a = new SealedNode(temp.resolve("a"), KEY, often);
                var b = node("b")) {
            Subscription subscription = b.subscribe(channel, STREAM);
            Publication publication = a.publish(channel, STREAM);
            new Numbers(publication, subscription).exchange(2_000, 1_000);
            assertEquals(1, subscription.imageCount());
            assertTrue(a.count(Kind.SESSIONS) >= 5, () -> "" + a.stats);
            assertEquals(0, b.count(Kind.BAD_TAG) + a.count(Kind.BAD_TAG));
        }
    }

    @Test
    void shouldCarryAStreamOverIpv6() throws Exception {
        assumeTrue(hasIpv6(), "this machine has no IPv6 loopback");
        String channel = "aeron:udp?endpoint=[::1]:" + TestPorts.free();
        try (var a = node("a");
                var b = node("b")) {
            Subscription subscription = b.subscribe(channel, STREAM);
            new Numbers(a.publish(channel, STREAM), subscription).exchange(100, 100);
        }
    }

    private static boolean hasIpv6() {
        try (var socket = new DatagramSocket(new InetSocketAddress("::1", 0))) {
            return socket.isBound();
        } catch (SocketException _) {
            return false;
        }
    }

    private SealedNode node(String name) {
        return node(name, ThreadingMode.SHARED);
    }

    private SealedNode node(String name, ThreadingMode threads) {
        return new SealedNode(temp.resolve(name), KEY, SealOptions.defaults(), threads);
    }
}
