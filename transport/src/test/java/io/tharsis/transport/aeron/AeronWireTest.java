package io.tharsis.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.aeron.AeronConfig.DriverMode;
import io.tharsis.transport.common.HeldFile;
import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Outflow;
import io.tharsis.transport.wire.Outflow.Offer;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** The wire's own doings: media, drivers, and how it breaks. */
@Timeout(240)
class AeronWireTest {
    private static final UnsafeBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    private final WireFolder folder = new WireFolder();
    private final List<Node> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        folder.close();
        assertFalse(Files.exists(folder.path));
    }

    /** A wire and what it got. */
    private final class Node {
        final Address address;
        final AeronWire wire;
        final List<byte[]> got = new ArrayList<>();
        long lastInflow;
        String broken;
        int breaks;

        Node(AeronConfig config) {
            address = config.self();
            wire = folder.open(config);
            nodes.add(this);
        }

        void round() {
            String why = wire.maintain(System.nanoTime());
            if (why != null && broken == null) {
                breaks++;
            }
            broken = why;
            wire.poll(
                    (_, inflow, buffer, offset, length) -> {
                        byte[] frame = new byte[length];
                        buffer.getBytes(offset, frame);
                        got.add(frame);
                        lastInflow = inflow;
                    },
                    20);
        }
    }

    private Node node(DriverMode mode) {
        return new Node(folder.config(WireFolder.freeAddress(), mode));
    }

    private boolean roundAll() {
        nodes.forEach(Node::round);
        return true;
    }

    private Outflow connect(Node from, Address to, Lane lane) {
        Outflow out = from.wire.open(to, lane);
        WireFolder.until(
                "way from " + from.address + " to " + to, () -> roundAll() && out.hasRoom());
        return out;
    }

    private static Offer offer(Outflow out, int length, int fill) {
        byte[] frame = new byte[length];
        java.util.Arrays.fill(frame, (byte) fill);
        return out.offer(NOTHING, 0, 0, new UnsafeBuffer(frame), 0, length);
    }

    private void send(Outflow out, int length, int fill) {
        WireFolder.until("room", () -> roundAll() && offer(out, length, fill) == Offer.TAKEN);
    }

    private void awaitClosed(Outflow out) {
        WireFolder.until(
                "end of the stream", () -> roundAll() && offer(out, 20, 1) == Offer.CLOSED);
        assertFalse(out.hasRoom());
    }

    @Test
    void shouldUseSharedMemoryOnTheSameDriverAndUdpElse() {
        Node a = node(DriverMode.SHARED);
        Node b = node(DriverMode.SHARED);
        Node alone = node(DriverMode.EMBEDDED);
        assertEquals(65_472, a.wire.open(b.address, Lane.BULK).maxFrame());
        assertEquals(8_160, a.wire.open(alone.address, Lane.BULK).maxFrame());
        assertEquals(8_160, alone.wire.open(a.address, Lane.BULK).maxFrame());
        assertEquals(1_376, a.wire.open(new Address("192.0.2.1", 1), Lane.BULK).maxFrame());
        assertEquals(1_376, a.wire.maxFrame(Lane.BULK));
        for (Node to : List.of(b, alone)) {
            for (Lane lane : Lane.values()) {
                Outflow out = connect(a, to.address, lane);
                to.got.clear();
                send(out, out.maxFrame(), 7);
                WireFolder.until("frame", () -> roundAll() && to.got.size() == 1);
                assertEquals(out.maxFrame(), to.got.getFirst().length);
            }
        }
    }

    @Test
    void shouldTalkToAnotherProcessAndEndWhenItIsKilled() throws Exception {
        Node a = node(DriverMode.SHARED);
        Address other = WireFolder.freeAddress();
        Process process = startShared(other, a.address);
        Outflow out = connect(a, other, Lane.MESSAGES);
        assertEquals(65_472, a.wire.open(other, Lane.BULK).maxFrame());
        awaitEcho(a, out, 33);
        process.destroyForcibly();
        awaitClosed(out);
        assertFalse(registered(other));
        assertEquals(8_160, a.wire.open(other, Lane.BULK).maxFrame(), "it is not found any more");
        assertNull(a.broken);
    }

    /** Then the other process has its wire up, both ways. */
    private void awaitEcho(Node a, Outflow out, int length) {
        WireFolder.until(
                "echo",
                () -> {
                    roundAll();
                    offer(out, length, 5);
                    return a.got.stream().anyMatch(frame -> frame.length == length);
                });
    }

    /** A process on the shared driver, once it is entered there. */
    private Process startShared(Address self, Address peer) throws IOException {
        Process process = folder.start(folder.config(self, DriverMode.SHARED), peer);
        WireFolder.until("registration", () -> roundAll() && registered(self));
        return process;
    }

    private boolean registered(Address address) {
        return HeldFile.isHeld(folder.path.resolve("at+" + address.toString().replace(':', '+')));
    }

    @Test
    void shouldRejoinWhenTheSharedDriverIsKilled() throws Exception {
        Node a = node(DriverMode.SHARED);
        Address other = WireFolder.freeAddress();
        folder.start(folder.config(other, DriverMode.SHARED), a.address);
        WireFolder.until("registration", () -> roundAll() && registered(other));
        Outflow before = connect(a, other, Lane.MESSAGES);
        awaitEcho(a, before, 33);
        folder.driver().destroyForcibly();
        awaitClosed(before);
        assertEquals(Offer.CLOSED, offer(a.wire.open(other, Lane.MESSAGES), 20, 1));
        // Both, since the other one sends back what it gets.
        Outflow[] after = {a.wire.open(other, Lane.MESSAGES)};
        a.got.clear();
        WireFolder.until(
                "echo by the new driver",
                () -> {
                    roundAll();
                    if (offer(after[0], 44, 9) == Offer.CLOSED) {
                        after[0] = a.wire.open(other, Lane.MESSAGES);
                    }
                    return a.got.stream().anyMatch(frame -> frame.length == 44);
                });
        assertEquals(1, a.breaks);
        assertEquals(1, a.wire.rebuilds());
    }

    @Test
    @Tag("slow")
    void shouldRejoinWhenTheSharedDriverIsStopped() throws Exception {
        Node a = node(DriverMode.SHARED);
        Node b = node(DriverMode.SHARED);
        Outflow before = connect(a, b.address, Lane.MESSAGES);
        send(before, 20, 1);
        ProcessHandle stuck = folder.driver();
        WireFolder.signal(stuck.pid(), "STOP");
        awaitClosed(before);
        WireFolder.until("new driver", () -> roundAll() && a.broken == null && b.broken == null);
        assertFalse(stuck.isAlive());
        send(connect(a, b.address, Lane.MESSAGES), 20, 1);
    }

    @Test
    @Tag("slow")
    void shouldBuildItselfAnewAfterAProcessWasStopped() throws Exception {
        Node a = node(DriverMode.SHARED);
        Address other = WireFolder.freeAddress();
        Process process = startShared(other, a.address);
        Outflow before = connect(a, other, Lane.MESSAGES);
        awaitEcho(a, before, 33);
        WireFolder.signal(process.pid(), "STOP");
        awaitClosed(before);
        WireFolder.signal(process.pid(), "CONT");
        Outflow[] after = {a.wire.open(other, Lane.MESSAGES)};
        WireFolder.until(
                "echo of who was stopped",
                () -> {
                    roundAll();
                    if (offer(after[0], 44, 9) == Offer.CLOSED) {
                        after[0] = a.wire.open(other, Lane.MESSAGES);
                    }
                    return a.got.stream().anyMatch(frame -> frame.length == 44);
                });
        assertTrue(process.isAlive());
        assertEquals(0, a.breaks);
    }

    @Test
    void shouldBuildItselfAnewAfterAPauseOfItsThread() {
        AeronConfig config =
                folder.config(WireFolder.freeAddress(), DriverMode.EMBEDDED)
                        .withHook(
                                context ->
                                        context.clientLivenessTimeoutNs(
                                                TimeUnit.SECONDS.toNanos(2)));
        Node a = new Node(config);
        Node b = node(DriverMode.EMBEDDED);
        Outflow before = connect(a, b.address, Lane.MESSAGES);
        send(before, 20, 1);
        long paused = System.nanoTime();
        WireFolder.until(
                "pause",
                () -> {
                    b.round();
                    return System.nanoTime() - paused > TimeUnit.SECONDS.toNanos(3);
                });
        awaitClosed(before);
        WireFolder.until("wire", () -> roundAll() && a.broken == null);
        assertEquals(1, a.breaks);
        Outflow after = connect(a, b.address, Lane.MESSAGES);
        b.got.clear();
        send(after, 21, 2);
        WireFolder.until("frame", () -> roundAll() && b.got.size() == 1);
        assertEquals(0, b.breaks);
    }

    @Test
    void shouldBuildItselfAnewWhenItsClientIsClosedUnderIt() {
        Node a = node(DriverMode.EMBEDDED);
        Node b = node(DriverMode.EMBEDDED);
        Outflow before = connect(a, b.address, Lane.MESSAGES);
        a.wire.client().close();
        assertEquals(Offer.CLOSED, offer(before, 20, 1));
        WireFolder.until("wire", () -> roundAll() && a.broken == null && a.wire.rebuilds() == 1);
        Outflow after = connect(a, b.address, Lane.BULK);
        Outflow back = connect(b, a.address, Lane.MESSAGES);
        send(after, 20, 2);
        send(back, 20, 3);
        WireFolder.until("frames", () -> roundAll() && !a.got.isEmpty() && !b.got.isEmpty());
        assertEquals(1, a.breaks);
        assertEquals(Offer.CLOSED, offer(before, 20, 1));
    }

    @Test
    void shouldEndTheSendersStreamOnReject() {
        for (DriverMode mode : DriverMode.values()) {
            Node a = node(mode);
            Node b = node(mode);
            Outflow bad = connect(a, b.address, Lane.MESSAGES);
            Outflow good = connect(a, b.address, Lane.BULK);
            send(bad, 20, 1);
            WireFolder.until("frame", () -> roundAll() && b.got.size() == 1);
            b.wire.reject(b.lastInflow, "not a frame of ours: ".repeat(100));
            awaitClosed(bad);
            assertEquals(1, b.wire.rejected());
            assertEquals(1, b.got.size(), "frames after the end");
            send(good, 30, 2);
            WireFolder.until("frame", () -> roundAll() && b.got.size() == 2);
            send(connect(a, b.address, Lane.MESSAGES), 20, 3);
            WireFolder.until("frame", () -> roundAll() && b.got.size() == 3);
        }
    }

    @Test
    void shouldNotGiveTheMiddleOfAStreamToWhoComesLater() {
        Node a = node(DriverMode.EMBEDDED);
        Node before = node(DriverMode.EMBEDDED);
        Outflow old = connect(a, before.address, Lane.MESSAGES);
        send(old, 20, 1);
        WireFolder.until("frame", () -> roundAll() && before.got.size() == 1);
        before.wire.close();
        nodes.remove(before);
        Node after = new Node(folder.config(before.address, DriverMode.EMBEDDED));
        awaitClosed(old);
        send(connect(a, after.address, Lane.MESSAGES), 21, 2);
        WireFolder.until("frame", () -> roundAll() && !after.got.isEmpty());
        assertEquals(21, after.got.getFirst().length);
    }

    @Test
    void shouldRefuseAnAddressThatIsInUse() {
        Node a = node(DriverMode.SHARED);
        AeronConfig same = folder.config(a.address, DriverMode.SHARED);
        var taken = assertThrows(AeronWireException.class, () -> AeronWire.open(same));
        assertTrue(taken.getMessage().contains(a.address.toString()), taken::getMessage);
        Node b = node(DriverMode.EMBEDDED);
        AeronConfig bound = folder.config(b.address, DriverMode.EMBEDDED);
        var inUse = assertThrows(AeronWireException.class, () -> AeronWire.open(bound));
        assertTrue(inUse.getMessage().contains("in use"), inUse::getMessage);
        send(connect(a, b.address, Lane.MESSAGES), 20, 1);
    }

    @Test
    void shouldStartOneSharedDriverForManyWhoStartAtOnce() throws Exception {
        List<Process> processes = new ArrayList<>();
        List<Address> addresses = new ArrayList<>();
        Node a = null;
        for (int i = 0; i < 2; i++) {
            Address address = WireFolder.freeAddress();
            addresses.add(address);
            processes.add(
                    folder.start(
                            folder.config(address, DriverMode.SHARED), WireFolder.freeAddress()));
        }
        a = node(DriverMode.SHARED);
        for (Address address : addresses) {
            WireFolder.until("registration", () -> roundAll() && registered(address));
            connect(a, address, Lane.MESSAGES);
        }
        // Several may have started drivers, of which all but one find its lock and end.
        WireFolder.until("single driver", () -> roundAll() && drivers() == 1);
        assertTrue(folder.driver().isAlive());
    }

    /** How many processes are, or would be, drivers of the folder. */
    private long drivers() {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().arguments().map(List::of).orElse(List.of()))
                .filter(
                        arguments ->
                                arguments.contains(folder.path.toString())
                                        && arguments.contains(DriverMain.class.getName()))
                .count();
    }

    @Test
    void shouldEndASharedDriverThatNobodyUses() throws Exception {
        Path path = Folder.open(folder.path).path();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString()));
        command.addAll(DriverMain.FLAGS);
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        DriverMain.class.getName(),
                        path.toString(),
                        "0"));
        Process driver = new ProcessBuilder(command).inheritIO().start();
        assertTrue(driver.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, driver.exitValue());
        assertFalse(Files.exists(path.resolve("driver")));
        assertFalse(Files.exists(path.resolve("driver.lock")));
    }

    @Test
    void shouldLeaveNothingBehind() throws IOException {
        Thread[] before = threads();
        Node a = node(DriverMode.EMBEDDED);
        Node b = node(DriverMode.EMBEDDED);
        send(connect(a, b.address, Lane.MESSAGES), 20, 1);
        a.wire.close();
        b.wire.close();
        a.wire.close();
        assertEquals("closed", a.wire.maintain(System.nanoTime()));
        assertEquals(Offer.CLOSED, offer(a.wire.open(b.address, Lane.BULK), 20, 1));
        try (Stream<Path> left = Files.list(folder.path)) {
            assertEquals(
                    List.of("folder.lock"),
                    left.map(file -> file.getFileName().toString()).toList());
        }
        WireFolder.until(
                "end of our threads",
                () ->
                        Stream.of(threads())
                                .filter(thread -> !List.of(before).contains(thread))
                                .noneMatch(thread -> thread.getName().contains("tharsis")));
    }

    private static Thread[] threads() {
        return Thread.getAllStackTraces().keySet().toArray(Thread[]::new);
    }

    @Test
    void shouldSweepWhatADeadProcessLeft() throws IOException {
        Path path = Folder.open(folder.path).path();
        Files.createDirectories(path.resolve("own-1-1"));
        Files.writeString(path.resolve("own-1-1/cnc.dat"), "old");
        Files.createFile(path.resolve("own-1-1.lock"));
        Files.writeString(path.resolve("at+127.0.0.1+9"), "777");
        Files.createFile(path.resolve("bound+127.0.0.1+9"));
        Node a = node(DriverMode.EMBEDDED);
        assertFalse(Files.exists(path.resolve("own-1-1")));
        assertFalse(Files.exists(path.resolve("own-1-1.lock")));
        assertEquals(List.of(), registered());
        Files.writeString(path.resolve("at+127.0.0.1+9"), "777");
        Files.createFile(path.resolve("bound+127.0.0.1+9"));
        Node b = node(DriverMode.SHARED);
        String name = b.address.toString().replace(':', '+');
        assertEquals(List.of("at+" + name, "bound+" + name), registered());
        assertTrue(HeldFile.isHeld(path.resolve("at+" + name)));
        assertTrue(HeldFile.isHeld(path.resolve("bound+" + name)));
        assertNull(a.broken);
    }

    @Test
    void shouldSweepTheEntriesOfAProcessThatWasKilledAndOfNoOther() throws Exception {
        Node a = node(DriverMode.SHARED);
        List<String> ours = registered();
        Address killed = WireFolder.freeAddress();
        Process process = startShared(killed, a.address);
        Address living = WireFolder.freeAddress();
        startShared(living, a.address);
        process.destroyForcibly();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        assertEquals(6, registered().size(), "nobody has entered the folder since");
        Node b = node(DriverMode.SHARED);
        List<String> left = registered();
        String name = killed.toString().replace(':', '+');
        assertFalse(left.contains("at+" + name) || left.contains("bound+" + name));
        assertTrue(left.containsAll(ours));
        assertEquals(6, left.size(), () -> left + " without " + name);
        assertTrue(registered(living) && registered(b.address));
    }

    /** Names of what processes on the shared driver have left or hold. */
    private List<String> registered() throws IOException {
        try (Stream<Path> files = Files.list(folder.path)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("at+") || name.startsWith("bound+"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldRefuseAFrameThatIsTooLarge() {
        Node a = node(DriverMode.EMBEDDED);
        for (Lane lane : Lane.values()) {
            Outflow out = a.wire.open(new Address("127.0.0.1", 9), lane);
            assertThrows(IllegalArgumentException.class, () -> offer(out, out.maxFrame() + 1, 0));
            assertEquals(Offer.NOT_CONNECTED, offer(out, out.maxFrame(), 0));
            assertFalse(out.hasRoom());
        }
    }

    @Test
    void shouldCloseTheStreamToAHostThatNobodyKnows() {
        Node a = node(DriverMode.EMBEDDED);
        awaitClosed(a.wire.open(new Address("no-such-host.invalid", 9), Lane.MESSAGES));
        assertNull(a.broken);
        AtomicLong errors = new AtomicLong(a.wire.errors());
        assertTrue(errors.get() > 0);
        // Numbers that are none, which nobody resolves either.
        awaitClosed(a.wire.open(new Address("10.0.0.256", 9), Lane.MESSAGES));
        awaitClosed(a.wire.open(new Address("foo:bar", 9), Lane.MESSAGES));
        assertNull(a.broken);
    }

    @Test
    void shouldOpenNoSocketBeyondTheInterfaceThatItIsBoundTo() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/net/udp")), "Linux alone says so");
        Set<String> before = sockets();
        Node a = node(DriverMode.EMBEDDED);
        Node b = node(DriverMode.EMBEDDED);
        send(connect(a, b.address, Lane.MESSAGES), 20, 1);
        send(connect(b, a.address, Lane.BULK), 20, 1);
        Set<String> ours = sockets();
        ours.removeAll(before);
        List<String> bound =
                Files.readAllLines(Path.of("/proc/self/net/udp")).stream()
                        .map(line -> line.trim().split("\\s+"))
                        .filter(fields -> ours.contains(fields[9]))
                        .map(fields -> fields[1])
                        .toList();
        // Two that listen and two that send.
        assertEquals(4, bound.size(), bound::toString);
        assertTrue(
                bound.stream().allMatch(local -> local.startsWith("0100007F:")), bound::toString);
    }

    /** The inodes of this process's sockets. */
    private static Set<String> sockets() throws IOException {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            for (Path file : files.toList()) {
                if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    inodes.add(Files.readSymbolicLink(file).toString().replaceAll("\\D", ""));
                }
            }
        } catch (NoSuchFileException _) {
            return sockets(); // One was closed while we looked.
        }
        return inodes;
    }

    @Test
    void shouldSpeakIpv6() throws IOException {
        try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress("::1", 0))) {
            assertTrue(probe.isBound());
        } catch (SocketException _) {
            assumeTrue(false, "no IPv6 here");
        }
        Node[] two = new Node[2];
        for (int i = 0; i < 2; i++) {
            Address self = new Address("::1", WireFolder.freeAddress().port());
            two[i] =
                    new Node(
                            new AeronConfig(
                                    self, "::1", DriverMode.EMBEDDED, folder.path, 0, null));
        }
        send(connect(two[0], two[1].address, Lane.MESSAGES), 70_000, 1);
        WireFolder.until("frame", () -> roundAll() && two[1].got.size() == 1);
        send(connect(two[1], two[0].address, Lane.BULK), 8_160, 1);
        WireFolder.until("frame", () -> roundAll() && two[0].got.size() == 1);
    }

    @Test
    void shouldFitASmallSharedMemoryAndLeaveItsStartersSession() throws Exception {
        Node a = node(DriverMode.SHARED);
        Node b = node(DriverMode.SHARED);
        for (Node[] way : new Node[][] {{a, b}, {b, a}}) {
            for (Lane lane : Lane.values()) {
                Outflow out = connect(way[0], way[1].address, lane);
                // Until each of the three terms was used.
                for (int sent = 0; sent < 4 * Channels.termIpc(lane); sent += out.maxFrame()) {
                    send(out, out.maxFrame(), 1);
                    way[1].got.clear();
                }
            }
        }
        Process du = new ProcessBuilder("du", "-sk", folder.path.toString()).start();
        String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        long bytes = Long.parseLong(said.split("\\s")[0]) << 10;
        assertTrue(bytes <= DriverSpace.SESSION_BYTES + (1 << 20), () -> bytes + " bytes");
        assertTrue(bytes > DriverSpace.SESSION_BYTES * 3 / 4, () -> bytes + " bytes");
        assertTrue(
                bytes < 60L << 20, () -> bytes + " bytes do not fit a container's shared memory");
        long driver = folder.driver().pid();
        Path stat = Path.of("/proc/" + driver + "/stat");
        if (Files.exists(stat)) {
            String[] fields = Files.readString(stat).replaceFirst(".*\\) ", "").split(" ");
            assertEquals(driver, Long.parseLong(fields[3]), "its session is its own");
        }
    }

    @Test
    void shouldGoBySharedMemoryToWhoComesLater() {
        Node a = node(DriverMode.SHARED);
        Address later = WireFolder.freeAddress();
        Outflow bulk = a.wire.open(later, Lane.BULK);
        Outflow messages = a.wire.open(later, Lane.MESSAGES);
        WireFolder.until(
                "publications", () -> roundAll() && a.wire.client().countersReader() != null);
        assertEquals(8_160, bulk.maxFrame());
        Node b = new Node(folder.config(later, DriverMode.SHARED));
        WireFolder.until("shared memory", () -> roundAll() && bulk.maxFrame() == 65_472);
        send(bulk, 65_472, 1);
        send(messages, 100_000, 1);
        WireFolder.until("frames", () -> roundAll() && b.got.size() == 2);
    }

    @Test
    void shouldDeliverWhatWasTakenBeforeTheWireCloses() {
        for (DriverMode mode : DriverMode.values()) {
            Node a = node(mode);
            Node b = node(mode);
            Outflow out = connect(a, b.address, Lane.MESSAGES);
            int frames = 0;
            for (; frames < 50; frames++) {
                assertEquals(Offer.TAKEN, offer(out, 1_000, frames));
            }
            nodes.remove(a);
            a.wire.close();
            assertEquals(Offer.CLOSED, offer(out, 20, 1));
            WireFolder.until("frames", () -> roundAll() && b.got.size() == 50);
        }
    }

    @Test
    void shouldTakeNoHarmWhenManyThreadsOfferWhileItBreaks() throws Exception {
        Node a = node(DriverMode.EMBEDDED);
        Node b = node(DriverMode.EMBEDDED);
        AtomicReference<Outflow> out = new AtomicReference<>(connect(a, b.address, Lane.MESSAGES));
        AtomicBoolean end = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            while (!end.get()) {
                                                offer(out.get(), 5_000, 1);
                                                out.get().hasRoom();
                                            }
                                        } catch (Throwable e) {
                                            failure.set(e);
                                        }
                                    }));
        }
        for (int round = 1; round <= 5; round++) {
            int times = round;
            WireFolder.until("frames", () -> roundAll() && b.got.size() > 20);
            b.got.clear();
            // As Aeron's client does by itself, it unmaps its memory; here the wire's turn comes
            // first.
            a.wire.breakForTest("test");
            WireFolder.until("wire", () -> roundAll() && a.wire.rebuilds() == times);
            out.set(connect(a, b.address, Lane.MESSAGES));
            b.got.clear();
        }
        end.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertNull(failure.get());
    }
}
