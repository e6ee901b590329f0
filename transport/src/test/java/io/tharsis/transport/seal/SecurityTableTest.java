package io.tharsis.transport.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.ThreadingMode;
import io.aeron.driver.status.SystemCounterDescriptor;
import io.aeron.exceptions.RegistrationException;
import io.aeron.protocol.SetupFlyweight;
import io.tharsis.transport.TestPorts;
import io.tharsis.transport.seal.SealStats.Kind;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The security table: what an attacker may try against sealed media drivers, and that each comes to
 * nothing. Real drivers over loopback, with somebody on the path between them.
 */
@Timeout(300)
class SecurityTableTest {
    private static final int STREAM = 7;
    private static final String MARKER = "a marker that must not be seen";

    @TempDir Path temp;

    private final ClusterKey key =
            ClusterKey.of("one key of thirty-two bytes or so".getBytes(StandardCharsets.US_ASCII));
    private final ClusterKey other =
            ClusterKey.of("another key, as long as is needed".getBytes(StandardCharsets.US_ASCII));

    @Test
    void noKey() throws Exception {
        int port = TestPorts.free();
        try (var plain = node("plain", null);
                var sealed = node("sealed", key)) {
            Subscription subscription = sealed.subscribe(channel(port), STREAM);
            long before = sealed.directoryBytes();
            Publication publication = plain.publish(channel(port), STREAM);
            Await.until(() -> sealed.count(Kind.UNSEALED) >= 5, () -> "" + sealed.stats);
            assertUntouched(sealed, subscription, before);
            assertFalse(publication.isConnected());
        }
    }

    @Test
    void noKeyAtTheReceiver() throws Exception {
        int port = TestPorts.free();
        try (var plain = node("plain", null);
                var sealed = node("sealed", key)) {
            Subscription subscription = plain.subscribe(channel(port), STREAM);
            Publication publication = sealed.publish(channel(port), STREAM);
            Await.until(() -> sealed.count(Kind.HANDSHAKE_SENT) >= 4, () -> "" + sealed.stats);
            assertEquals(0, subscription.imageCount());
            assertFalse(publication.isConnected());
            assertEquals(0, sealed.count(Kind.SEALED));
        }
    }

    @Test
    void wrongKey() throws Exception {
        int port = TestPorts.free();
        try (var stranger = node("stranger", other);
                var sealed = node("sealed", key)) {
            Subscription subscription = sealed.subscribe(channel(port), STREAM);
            long before = sealed.directoryBytes();
            Publication publication = stranger.publish(channel(port), STREAM);
            Await.until(() -> sealed.count(Kind.WRONG_KEY) >= 3, () -> "" + sealed.stats);
            assertUntouched(sealed, subscription, before);
            assertFalse(publication.isConnected());
            assertEquals(0, sealed.count(Kind.HANDSHAKE_SENT), "not even an answer");
        }
    }

    @Test
    void replayedToALiveReceiverToItsSenderAndToAnotherNode() throws Exception {
        int port = TestPorts.free();
        int otherPort = TestPorts.free();
        try (var proxy = new UdpProxy(port);
                var a = node("a", key);
                var b = node("b", key, proxy);
                var c = node("c", key);
                var attacker = new Attacker()) {
            Subscription subscription = b.subscribe(channel(port), STREAM);
            Subscription elsewhere = c.subscribe(channel(otherPort), STREAM);
            Publication publication = a.publish(channel(proxy), STREAM);
            Numbers numbers = new Numbers(publication, subscription);
            numbers.exchange(200, 100);
            long opened = b.count(Kind.OPENED);
            long directory = c.directoryBytes();
            List<byte[]> captured = proxy.captured(true);
            List<byte[]> answers = proxy.captured(false);
            pour(captured, b, proxy::injectToReceiver);
            Await.until(() -> b.count(Kind.REPLAYED) > 0, () -> "" + b.stats);
            attacker.send(captured, otherPort, c);
            attacker.send(answers, otherPort, c);
            assertUntouched(c, elsewhere, directory);
            // A datagram comes back to who sent it, from the address that it was sent to.
            pour(captured, a, proxy::injectToSource);
            // And what the receiver had answered comes again.
            pour(answers, a, proxy::injectToSource);
            // Challenges that b sends to a replayed HELLO are among what a handles, too.
            Await.until(() -> a.count(Kind.REPLAYED) > 0, () -> "" + a.stats);
            numbers.exchange(200, 100);
            assertEquals(1, subscription.imageCount());
            assertTrue(b.count(Kind.OPENED) > opened);
        }
    }

    @Test
    void replayedToARestartedReceiver() throws Exception {
        int port = TestPorts.free();
        try (var proxy = new UdpProxy(port)) {
            try (var a = node("a", key);
                    var b = node("b", key, proxy)) {
                Subscription subscription = b.subscribe(channel(port), STREAM);
                new Numbers(a.publish(channel(proxy), STREAM), subscription).exchange(200, 100);
            }
            List<byte[]> captured = proxy.captured(true);
            try (var again = node("again", key, proxy)) {
                Subscription subscription = again.subscribe(channel(port), STREAM);
                long before = again.directoryBytes();
                pour(captured, again, proxy::injectToReceiver);
                assertUntouched(again, subscription, before);
            }
        }
    }

    @Test
    void forgedSetUpFrames() throws Exception {
        int port = TestPorts.free();
        int openPort = TestPorts.free();
        try (var plain = node("plain", null);
                var a = node("a", key);
                var b = node("b", key);
                var attacker = new Attacker()) {
            Subscription open = plain.subscribe(channel(openPort), STREAM);
            attacker.send(setup(1), openPort);
            Await.until(() -> open.imageCount() == 1, () -> "the forged frame is a good one");
            Subscription subscription = b.subscribe(channel(port), STREAM);
            long before = b.directoryBytes();
            List<byte[]> frames = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                frames.add(setup(i));
            }
            attacker.send(frames, port, b);
            assertEquals(5_000, b.count(Kind.UNSEALED));
            assertUntouched(b, subscription, before);
            new Numbers(a.publish(channel(port), STREAM), subscription).exchange(100, 100);
            assertEquals(1, subscription.imageCount());
        }
    }

    @Test
    void garbageOversizedTruncatedAndFlipped() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int port = TestPorts.free();
        try (var proxy = new UdpProxy(port);
                var a = node("a", key);
                var b = node("b", key, proxy);
                var attacker = new Attacker()) {
            Subscription subscription = b.subscribe(channel(port), STREAM);
            Numbers numbers = new Numbers(a.publish(channel(proxy), STREAM), subscription);
            numbers.exchange(100, 100);
            List<byte[]> garbage = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                byte[] bytes = new byte[random.nextInt(1_500)];
                random.nextBytes(bytes);
                garbage.add(bytes);
            }
            for (int length : new int[] {65_504, 65_505, 65_507}) {
                garbage.add(new byte[length]);
                garbage.add(Arrays.copyOf(sample(proxy), length));
            }
            attacker.send(garbage, port, b);
            byte[] whole = sample(proxy);
            proxy.stopRecording();
            List<byte[]> damaged = new ArrayList<>();
            // Counters of the future, lest they be refused as seen before.
            int counter = SealedDatagramDescriptor.COUNTER_OFFSET + 2;
            for (int i = 0; i < whole.length; i++) {
                byte[] flipped = whole.clone();
                flipped[counter] ^= 1;
                flipped[i] ^= (byte) (1 + random.nextInt(255));
                damaged.add(flipped);
            }
            for (int length = 1; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                cut[Math.min(counter, length - 1)] ^= 2;
                damaged.add(cut);
            }
            // From the right source this time: the tag alone refuses.
            pour(damaged, b, proxy::injectToReceiver);
            assertTrue(b.count(Kind.BAD_TAG) >= whole.length / 2, "seed " + seed + b.stats);
            numbers.exchange(100, 100);
            assertEquals(1, subscription.imageCount());
            assertTrue(b.errors.isEmpty(), () -> "" + b.errors);
        }
    }

    @Test
    void keyFileReadableByOthers() throws Exception {
        Path file = temp.resolve("key");
        ClusterKey.generate(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        KeyFileException e = assertThrows(KeyFileException.class, () -> ClusterKey.read(file));
        assertTrue(e.getMessage().contains("chmod 600"), e.getMessage());
    }

    @Test
    void captureShowsNothingAndEveryDatagramIsSealed() throws Exception {
        int port = TestPorts.free();
        try (var proxy = new UdpProxy(port);
                var a = node("a", key);
                var b = node("b", key, proxy)) {
            Subscription subscription = b.subscribe(channel(port), STREAM);
            Publication publication = a.publish(channel(proxy), STREAM);
            Await.until(publication::isConnected, () -> "" + a.stats + b.stats);
            UnsafeBuffer message = new UnsafeBuffer(MARKER.getBytes(StandardCharsets.US_ASCII));
            AtomicInteger received = new AtomicInteger();
            int[] sent = new int[1];
            // Few under way, as sockets drop what they have no room for, and all are counted.
            Await.until(
                    () -> {
                        if (sent[0] < received.get() + 20 && publication.offer(message) > 0) {
                            sent[0]++;
                        }
                        subscription.poll((_, _, _, _) -> received.getAndIncrement(), 10);
                        return received.get() >= 500;
                    },
                    () -> "messages " + received);
            publication.close();
            subscription.close();
            Await.until(
                    () ->
                            proxy.captured(true).size() == sent(a)
                                    && proxy.captured(false).size() == sent(b),
                    () ->
                            proxy.captured(true).size()
                                    + " and "
                                    + proxy.captured(false).size()
                                    + " came by, sealed were "
                                    + a.stats
                                    + b.stats);
            for (UdpProxy.Passed each : proxy.passed) {
                int kind = (each.bytes()[0] & 0xFF) << 8 | each.bytes()[1] & 0xFF;
                assertTrue(
                        kind >= SealedDatagramDescriptor.DATA
                                && kind <= SealedDatagramDescriptor.UNKNOWN_SESSION);
                String text = new String(each.bytes(), StandardCharsets.ISO_8859_1);
                assertFalse(text.contains(MARKER.substring(0, 8)));
            }
            assertEquals(0, a.refused() + b.refused(), () -> "" + a.stats + b.stats);
        }
    }

    @Test
    void lossIsRepairedUnderTheSeal() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int port = TestPorts.free();
        try (var proxy = new UdpProxy(port);
                var a = node("a", key);
                var b = node("b", key, proxy)) {
            proxy.stopRecording();
            proxy.policy((_, _) -> random.nextInt(20) != 0);
            Subscription subscription = b.subscribe(channel(port), STREAM);
            new Numbers(a.publish(channel(proxy), STREAM), subscription).exchange(3_000, 700);
            long naks =
                    a.aeron
                            .countersReader()
                            .getCounterValue(SystemCounterDescriptor.NAK_MESSAGES_RECEIVED.id());
            assertTrue(naks > 0, "seed " + seed);
        }
    }

    @Test
    void floodOfStrangersCostsBoundedWork() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int port = TestPorts.free();
        try (var a = node("a", key);
                var b = node("b", key);
                var attacker = new Attacker()) {
            Subscription subscription = b.subscribe(channel(port), STREAM);
            Numbers numbers = new Numbers(a.publish(channel(port), STREAM), subscription);
            numbers.exchange(100, 100);
            long before = b.directoryBytes();
            long handshakes = b.count(Kind.HANDSHAKE_SENT);
            for (int round = 0; round < 10; round++) {
                List<byte[]> flood = new ArrayList<>();
                for (int i = 0; i < 3_000; i++) {
                    byte[] datagram = new byte[HandshakeDescriptor.LENGTH];
                    random.nextBytes(datagram);
                    datagram[0] = (byte) (SealedDatagramDescriptor.DATA >> 8);
                    datagram[1] = (byte) (SealedDatagramDescriptor.DATA + i % 6);
                    flood.add(datagram);
                }
                attacker.send(flood, port, b);
                numbers.exchange(50, 100);
            }
            assertEquals(before, b.directoryBytes(), "seed " + seed);
            assertEquals(1, b.count(Kind.SESSIONS), "seed " + seed);
            long hints = b.count(Kind.HANDSHAKE_SENT) - handshakes;
            assertTrue(hints <= b.count(Kind.UNKNOWN_SESSION), "seed " + seed);
            assertTrue(b.count(Kind.WRONG_KEY) + b.count(Kind.RATE_LIMITED) >= 5_000);
            assertEquals(1, subscription.imageCount(), "seed " + seed);
        }
    }

    @Test
    void gossipIsRefused() {
        var driver = SealedNode.context(temp.resolve("x"), ThreadingMode.SHARED);
        driver.resolverInterface("127.0.0.1:0");
        assertThrows(
                IllegalArgumentException.class,
                () -> SealedDriver.seal(driver, key, SealOptions.defaults()));
    }

    @Test
    void multicastAndTooLargeAnMtuAreRefused() throws Exception {
        try (var a = node("a", key)) {
            String multicast = "aeron:udp?endpoint=224.20.30.39:24326|interface=127.0.0.1";
            Exception e =
                    assertThrows(RegistrationException.class, () -> a.publish(multicast, STREAM));
            assertTrue(e.getMessage().contains("multicast"), e.getMessage());
            assertThrows(RegistrationException.class, () -> a.subscribe(multicast, STREAM));
            String large = channel(TestPorts.free()) + "|term-length=1m|mtu=65504";
            e = assertThrows(RegistrationException.class, () -> a.publish(large, STREAM));
            assertTrue(e.getMessage().contains("" + Seal.MAX_MTU), e.getMessage());
        }
    }

    private SealedNode node(String name, ClusterKey key) {
        return new SealedNode(temp.resolve(name), key, SealOptions.defaults());
    }

    /** A receiver that is dialled through a proxy. */
    private SealedNode node(String name, ClusterKey key, UdpProxy proxy) throws IOException {
        SealOptions options = SealOptions.defaults().alsoDialledAs(proxy.address());
        return new SealedNode(temp.resolve(name), key, options);
    }

    private static String channel(int port) {
        return "aeron:udp?endpoint=127.0.0.1:" + port;
    }

    private static String channel(UdpProxy proxy) throws IOException {
        return "aeron:udp?endpoint=" + proxy.endpoint();
    }

    private static long sent(SealedNode node) {
        return node.count(Kind.SEALED) + node.count(Kind.HANDSHAKE_SENT);
    }

    /** Datagrams that were refused, or answered: a HELLO replayed is, with a challenge. */
    private static long handled(SealedNode node) {
        return node.stats.refused() + node.count(Kind.CHALLENGED);
    }

    private static void assertUntouched(SealedNode node, Subscription subscription, long before)
            throws Exception {
        assertEquals(0, subscription.imageCount(), () -> "" + node.stats);
        assertEquals(before, node.directoryBytes(), "memory stays flat");
        assertEquals(0, node.count(Kind.SESSIONS), () -> "" + node.stats);
        assertEquals(0, node.count(Kind.OPENED), () -> "" + node.stats);
    }

    /** A way in. */
    private interface Tap {
        void send(byte[] datagram) throws IOException;
    }

    /** Sends all, a few at a time, since sockets drop what they have no room for. */
    private static void pour(List<byte[]> datagrams, SealedNode to, Tap tap) throws IOException {
        long handled = handled(to);
        for (int sent = 0; sent < datagrams.size(); ) {
            int few = 0;
            for (int bytes = 0; few < 64 && bytes < 40_000 && sent < datagrams.size(); few++) {
                bytes += datagrams.get(sent).length;
                tap.send(datagrams.get(sent++));
            }
            long until = handled + sent;
            Await.until(() -> handled(to) >= until, () -> until + " of " + to.stats);
        }
    }

    /** A sealed datagram of a message, as it came by. */
    private static byte[] sample(UdpProxy proxy) {
        List<byte[]> captured = proxy.captured(true);
        return captured.stream()
                .filter(each -> each[1] == (byte) SealedDatagramDescriptor.DATA)
                .filter(each -> each.length > 100)
                .min(Comparator.comparing(each -> each.length))
                .orElseThrow();
    }

    /** A frame that makes an unsealed driver create an image, and its log. */
    private static byte[] setup(int session) {
        UnsafeBuffer frame = new UnsafeBuffer(new byte[SetupFlyweight.HEADER_LENGTH]);
        new SetupFlyweight(frame)
                .sessionId(session)
                .streamId(STREAM)
                .termLength(64 * 1024)
                .mtuLength(1408)
                .frameLength(SetupFlyweight.HEADER_LENGTH)
                .headerType(SetupFlyweight.HDR_TYPE_SETUP)
                .version(SetupFlyweight.CURRENT_VERSION);
        return frame.byteArray();
    }

    /** Somebody in the network, who sends what he likes, no faster than it is looked at. */
    private static final class Attacker implements AutoCloseable {
        private final DatagramSocket socket;

        Attacker() throws IOException {
            socket = new DatagramSocket();
        }

        void send(byte[] datagram, int port) throws IOException {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            socket.send(new DatagramPacket(datagram, datagram.length, loopback, port));
        }

        void send(List<byte[]> datagrams, int port, SealedNode to) throws IOException {
            pour(datagrams, to, each -> send(each, port));
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
