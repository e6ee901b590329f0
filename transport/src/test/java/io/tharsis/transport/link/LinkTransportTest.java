package io.tharsis.transport.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.Link;
import io.tharsis.transport.LinkState;
import io.tharsis.transport.Sent;
import io.tharsis.transport.Transport;
import io.tharsis.transport.simulated.Faults;
import io.tharsis.transport.simulated.SimulatedNetwork;
import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Outflow;
import io.tharsis.transport.wire.Wire;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;

/** Connections over the simulated network: what comes about, what is lost, and why. */
final class LinkTransportTest {
    private static final Address A = new Address("a", 1);
    private static final Address B = new Address("b", 2);
    private static final Duration LIVENESS = Duration.ofSeconds(8);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final long seed = Long.getLong("tharsis.seed", ThreadLocalRandom.current().nextInt());
    private final SimulatedNetwork network = new SimulatedNetwork(seed);

    LinkTransportTest() {
        System.out.println("LinkTransportTest -Dtharsis.seed=" + seed);
    }

    private Process start(Address address) {
        return new Process(network, address, LIVENESS);
    }

    private void until(java.util.function.BooleanSupplier done) {
        assertTrue(network.runUntil(done, LONG), () -> String.join("\n", network.trace()));
    }

    private void sendAll(Link link, long from, long to) {
        for (long next = from; next < to; next++) {
            long number = next;
            until(() -> Process.send(link, number) == Sent.SENT);
        }
    }

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void shouldConnectAndDeliverInOrderBothWays() {
        network.faults(Faults.some());
        Process a = start(A);
        Process b = start(B);
        Link toB = a.transport.link(B);
        assertInstanceOf(LinkState.Connecting.class, toB.state());
        assertEquals(Sent.NOT_CONNECTED, Process.send(toB, 0));
        until(() -> b.isConnectedTo(A) && a.isConnectedTo(B));
        sendAll(toB, 0, 500);
        sendAll(b.transport.links().getFirst(), 1000, 1500);
        until(() -> b.numbers().size() == 500 && a.numbers().size() == 500);
        assertEquals(range(0, 500), b.numbers());
        assertEquals(range(1000, 1500), a.numbers());
        assertEquals(b.transport.self(), a.received.keySet().iterator().next());
        assertEquals(0, a.count("lost") + b.count("lost"));
    }

    @Test
    void shouldBeOneConnectionWhenBothDialAtOnce() {
        network.faults(Faults.some());
        Process a = start(A);
        Process b = start(B);
        Link toB = a.transport.link(B);
        Link toA = b.transport.link(A);
        until(() -> a.isConnectedTo(B) && b.isConnectedTo(A));
        sendAll(toB, 0, 100);
        sendAll(toA, 0, 100);
        until(() -> a.numbers().size() == 100 && b.numbers().size() == 100);
        assertEquals(1, a.count("connected"));
        assertEquals(1, b.count("connected"));
        assertEquals(0, a.count("lost") + b.count("lost"));
    }

    @Test
    void shouldNoticeACrashWithinItsLivenessAndConnectToTheNextLife() {
        Process a = start(A);
        Process b = start(B);
        Link toB = a.transport.link(B);
        until(() -> a.isConnectedTo(B));
        network.crash(B);
        assertTrue(network.runUntil(() -> a.count("lost") > 0, LIVENESS.plusSeconds(1)));
        assertTrue(
                a.heard.stream().anyMatch(line -> line.contains("somebody")), a.heard.toString());
        assertEquals(Sent.NOT_CONNECTED, Process.send(toB, 1));
        Process again = start(B);
        until(() -> a.isConnectedTo(B) && again.isConnectedTo(A));
        sendAll(toB, 5, 10);
        until(() -> again.numbers().size() == 5);
        assertTrue(again.transport.self().incarnation() != b.transport.self().incarnation());
    }

    @Test
    void shouldSayThatNobodyAnswersAndConnectWhenSomebodyComes() {
        Process a = start(A);
        a.transport.link(B);
        assertTrue(network.runUntil(() -> a.count("lost") > 0, LIVENESS.plusSeconds(1)));
        assertTrue(a.heard.getLast().contains("UNREACHABLE"), a.heard.toString());
        start(B);
        until(() -> a.isConnectedTo(B));
    }

    @Test
    void shouldLoseBothSidesOfAPartitionAndComeBackWhenItHeals() {
        Process a = start(A);
        Process b = start(B);
        Link toB = a.transport.link(B);
        until(() -> a.isConnectedTo(B) && b.isConnectedTo(A));
        network.partitionOneWay(Set.of(A), Set.of(B));
        until(() -> b.count("lost somebody") > 0 && a.count("lost somebody") > 0);
        network.heal();
        until(() -> a.isConnectedTo(B) && b.isConnectedTo(A));
        sendAll(toB, 7, 9);
        until(() -> b.numbers().size() == 2);
    }

    @Test
    void shouldBearAPauseShorterThanItsLiveness() {
        Process a = start(A);
        Process b = start(B);
        a.transport.link(B);
        until(() -> a.isConnectedTo(B) && b.isConnectedTo(A));
        network.pause(B);
        network.advance(Duration.ofSeconds(4));
        network.resume(B);
        network.advance(Duration.ofSeconds(4));
        assertEquals(0, a.count("lost") + b.count("lost"), () -> a.heard + "\n" + b.heard);
    }

    @Test
    void shouldComeBackAfterAPauseLongerThanItsLiveness() {
        Process a = start(A);
        Process b = start(B);
        Link toB = a.transport.link(B);
        until(() -> a.isConnectedTo(B) && b.isConnectedTo(A));
        network.pause(B);
        network.advance(Duration.ofSeconds(20));
        assertEquals(1, a.count("lost somebody"));
        network.resume(B);
        until(() -> a.isConnectedTo(B) && b.isConnectedTo(A));
        sendAll(toB, 0, 3);
        until(() -> b.numbers().size() == 3);
    }

    @Test
    void shouldComeBackAsANewIncarnationWhenItsWireBroke() {
        Process a = start(A);
        Process b = start(B);
        Link toB = a.transport.link(B);
        until(() -> a.isConnectedTo(B) && b.isConnectedTo(A));
        long before = a.transport.self().incarnation();
        network.breakWire(A, "its driver died", Duration.ofSeconds(2));
        until(() -> a.count("lost somebody WIRE_BROKEN") == 1);
        until(() -> a.isConnectedTo(B) && b.isConnectedTo(A));
        assertTrue(a.transport.self().incarnation() > before);
        sendAll(toB, 0, 3);
        until(() -> b.numbers().size() == 3);
        assertTrue(b.count("lost somebody") >= 1, b.heard.toString());
    }

    @Test
    void shouldSayGoodbye() {
        Process a = start(A);
        Process b = start(B);
        Link toB = a.transport.link(B);
        Link toA = b.transport.link(A);
        until(() -> a.isConnectedTo(B) && b.isConnectedTo(A));
        toB.close();
        until(() -> b.count("lost somebody CLOSED_BY_PEER") == 1);
        assertEquals(1, a.count("lost somebody CLOSED_HERE"));
        assertEquals(Sent.CLOSED, Process.send(toB, 1));
        // The other side still wants the link, so it comes about again.
        until(() -> b.isConnectedTo(A));
        b.transport.close();
        until(() -> a.count("lost somebody CLOSED_BY_PEER") == 1);
        assertInstanceOf(LinkState.Ended.class, toA.state());
        assertThrows(IllegalStateException.class, () -> b.transport.link(A));
    }

    @Test
    void shouldTellTheSenderOfBackPressureAndOfRoom() {
        Process a = start(A);
        Process b = start(B);
        Link toB = a.transport.link(B);
        until(() -> a.isConnectedTo(B) && b.isConnectedTo(A));
        var big = new UnsafeBuffer(new byte[Transport.MAX_MESSAGE]);
        network.clog(A, B, 0);
        int taken = 0;
        while (toB.offer(Process.SERVICE, big, 0, big.capacity()) == Sent.SENT) {
            taken++;
            assertTrue(taken < 10_000, "never full");
        }
        assertEquals(Sent.BACK_PRESSURED, toB.offer(Process.SERVICE, big, 0, big.capacity()));
        network.heal();
        until(() -> a.writable > 0);
        int all = taken;
        until(() -> b.numbers().size() == all);
        assertTrue(a.transport.stats().backPressured() >= 2);
    }

    @Test
    void shouldLetNobodyInBeforeSomebodyListens() {
        Process a = start(A);
        var late =
                new LinkTransport(
                        B,
                        LIVENESS,
                        network.wire(B),
                        network::nanoTime,
                        java.time.InstantSource.system());
        network.register(B, late::doWork);
        a.transport.link(B);
        network.advance(LIVENESS.dividedBy(2));
        assertFalse(a.isConnectedTo(B));
        var got = new int[1];
        late.register(Process.SERVICE, (_, _, _, _, _) -> got[0]++);
        until(() -> a.isConnectedTo(B));
        assertEquals(Sent.SENT, Process.send(a.transport.link(B), 1));
        until(() -> got[0] == 1);
    }

    @Test
    void shouldRefuseWhoWasCalledByAnotherAddressAndSayWhatToDo() {
        // Whoever is at B's address thinks that it is at another one.
        var elsewhere = new Address("b.example", 2);
        Process a = start(A);
        var wire = network.wire(B);
        var wrong =
                new LinkTransport(
                        elsewhere,
                        LIVENESS,
                        wire,
                        network::nanoTime,
                        java.time.InstantSource.system());
        wrong.register(Process.SERVICE, new Process.Deaf());
        network.register(B, wrong::doWork);
        a.transport.link(B);
        until(() -> a.count("lost nobody REFUSED") > 0);
        assertTrue(
                a.heard.getLast().contains("this is b.example:2, and was called as b:2"),
                a.heard.toString());
        network.advance(Duration.ofSeconds(10));
        // It tries again, but not all the time.
        assertTrue(a.count("lost nobody REFUSED") < 20, a.heard.toString());
    }

    @Test
    void shouldEndTheConnectionOfWhoSendsGarbageAndNoOther() {
        Process b = start(B);
        Process good = start(A);
        good.transport.link(B);
        until(() -> good.isConnectedTo(B) && b.isConnectedTo(A));
        var stranger = new Address("c", 3);
        Wire wire = network.wire(stranger);
        Outflow[] outflow = {wire.open(B, Lane.MESSAGES)};
        var random = new java.util.Random(seed);
        network.register(
                stranger,
                () -> {
                    wire.maintain(network.nanoTime());
                    wire.poll((_, _, _, _, _) -> {}, 10);
                    byte[] bytes = new byte[random.nextInt(200)];
                    random.nextBytes(bytes);
                    if (random.nextBoolean() && bytes.length > 3) {
                        bytes[0] = 'T';
                        bytes[1] = 1;
                        bytes[2] = (byte) random.nextInt(8);
                        bytes[3] = 0;
                    }
                    var garbage = new UnsafeBuffer(bytes);
                    Outflow.Offer offer = outflow[0].offer(garbage, 0, bytes.length, garbage, 0, 0);
                    if (offer == Outflow.Offer.CLOSED) {
                        outflow[0] = wire.open(B, Lane.MESSAGES);
                    }
                    return 0;
                });
        network.advance(Duration.ofSeconds(20));
        assertTrue(b.transport.stats().malformed() > 10, b.transport.stats().toString());
        assertEquals(0, b.count("lost"), b.heard.toString());
        assertEquals(0, good.count("lost"));
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        Process a = start(A);
        assertThrows(IllegalArgumentException.class, () -> a.transport.link(A));
        assertThrows(IllegalStateException.class, () -> a.transport.register(3, a));
        assertThrows(IllegalArgumentException.class, () -> a.transport.register(8, a));
        Link link = a.transport.link(B);
        assertThrows(
                IllegalArgumentException.class,
                () -> link.offer(8, new UnsafeBuffer(new byte[1]), 0, 1));
        var big = new UnsafeBuffer(new byte[Transport.MAX_MESSAGE + 1]);
        var e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> link.offer(0, big, 0, big.capacity()));
        assertTrue(e.getMessage().contains("the longest is " + Transport.MAX_MESSAGE));
        a.transport.close();
        a.transport.close();
        assertFalse(network.runUntil(() -> a.isConnectedTo(B), Duration.ofSeconds(1)));
    }

    @Test
    void shouldEndWhatWaitsWhileItsWireIsBroken() {
        Process a = start(A);
        network.breakWire(A, "its driver died", Duration.ofMinutes(5));
        Link toB = a.transport.link(B);
        assertTrue(network.runUntil(() -> a.count("lost nobody UNREACHABLE") > 0, LONG));
        toB.close();
        until(() -> toB.state() instanceof LinkState.Ended);
    }

    @Test
    void shouldGoOnAlthoughALayerThrowsInEveryRound() {
        Process a = start(A);
        Process b = start(B);
        a.transport.eachRound(
                () -> {
                    throw new IllegalStateException("of this test");
                });
        Link toB = a.transport.link(B);
        until(() -> a.isConnectedTo(B));
        network.advance(LIVENESS.multipliedBy(3));
        sendAll(toB, 0, 3);
        until(() -> b.numbers().size() == 3);
        assertEquals(0, a.count("lost") + b.count("lost"));
    }

    @Test
    void shouldCloseAllAlthoughOneThrows() {
        Process a = start(A);
        Process b = start(B);
        a.transport.link(B);
        until(() -> a.isConnectedTo(B) && b.isConnectedTo(A));
        a.transport.atClose(
                () -> {
                    throw new IllegalStateException("of this test");
                });
        a.transport.close();
        until(() -> b.count("lost somebody CLOSED_BY_PEER") == 1);
    }
}
