package io.tharsis.transport.wire;

import static io.tharsis.transport.wire.SimulatedPeer.at;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.simulated.Faults;
import io.tharsis.transport.simulated.SimulatedNetwork;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The clock of the simulated network, and who runs when. */
@Timeout(60)
final class SimulatedNetworkTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final long SEED = Seeds.of("SimulatedNetworkTest");
    private final long seed = SEED;
    private final SimulatedNetwork network = new SimulatedNetwork(seed);

    @Test
    void shouldMoveTheClockByAsMuchAsItIsTold() {
        for (long i = seed; i < seed + 20; i++) {
            var other = new SimulatedNetwork(i);
            SimulatedPeer.start(other, 3, i);
            long start = other.nanoTime();
            other.advance(Duration.ofNanos(90_000_000_001L));
            assertEquals(90_000_000_001L, other.nanoTime() - start);
            assertFalse(other.runUntil(() -> false, Duration.ofNanos(7)));
            assertEquals(90_000_000_008L, other.nanoTime() - start);
            assertTrue(other.runUntil(() -> true, SECOND));
            assertEquals(90_000_000_008L, other.nanoTime() - start);
        }
    }

    @Test
    void shouldStepToTheNextEventAndNoFurther() {
        assertEquals(Long.MAX_VALUE, network.untilNextNs());
        List<String> ran = new ArrayList<>();
        network.schedule(Duration.ofNanos(500), () -> ran.add("late"));
        Runnable takeBack = network.schedule(Duration.ofNanos(300), () -> ran.add("never"));
        network.schedule(Duration.ofNanos(200), () -> ran.add("early"));
        takeBack.run();
        takeBack.run();
        assertEquals(200, network.untilNextNs());
        assertEquals(150, network.step(Duration.ofNanos(150)));
        assertEquals(List.of(), ran);
        assertEquals(50, network.step(SECOND));
        assertEquals(List.of("early"), ran);
        assertEquals(300, network.step(SECOND));
        assertEquals(List.of("early", "late"), ran);
        assertEquals(1_000, network.step(Duration.ofNanos(1_000)));
    }

    /** As an actors' dispatcher with a clock of its own would be. */
    @Test
    void shouldKeepAnotherClockInStep() {
        SimulatedPeer.start(network, 2, seed);
        long start = network.nanoTime();
        long[] other = {0};
        network.everyStep(
                () -> {
                    long moved = network.nanoTime() - start - other[0];
                    assertTrue(moved >= 0 && moved <= 10_000_000, () -> "moved by " + moved);
                    other[0] += moved;
                });
        network.advance(SECOND);
        assertEquals(1_000_000_000, other[0]);
    }

    @Test
    void shouldRunNodesThatWaitEveryTenMilliseconds() {
        List<SimulatedPeer> peers = SimulatedPeer.start(network, 3, seed);
        network.advance(SECOND.multipliedBy(10));
        for (SimulatedPeer peer : peers) {
            assertTrue(peer.rounds >= 1_000 && peer.rounds <= 2_010, "rounds: " + peer.rounds);
            peer.assertWell();
        }
    }

    @Test
    void shouldRunANodeSoonAfterAFrameHasCome() {
        List<SimulatedPeer> peers = SimulatedPeer.start(network, 2, seed);
        SimulatedPeer.Sender stream = peers.get(0).open(at(1), Lane.MESSAGES, 1);
        assertTrue(network.runUntil(stream.outflow::hasRoom, SECOND));
        for (int i = 1; i <= 20; i++) {
            int count = i;
            assertEquals(Outflow.Offer.TAKEN, stream.offer(40));
            Duration soon = Duration.ofNanos(100_000 + 200_000);
            assertTrue(network.runUntil(() -> peers.get(1).count(1) == count, soon));
            network.advance(Duration.ofMillis(3));
        }
    }

    @Test
    void shouldDrawTheOrderOfNodesFromTheSeed() {
        Set<List<Integer>> orders = new HashSet<>();
        for (long i = seed; i < seed + 500; i++) { // one order of six missing by chance: 1e-39
            var other = new SimulatedNetwork(i);
            List<Integer> order = new ArrayList<>();
            for (int node = 0; node < 3; node++) {
                int number = node;
                other.wire(at(node));
                other.register(
                        at(node),
                        () -> {
                            order.add(number);
                            return 0;
                        });
            }
            other.advance(Duration.ZERO);
            assertEquals(3, order.size());
            orders.add(order);
        }
        assertEquals(6, orders.size(), () -> "orders " + orders);
    }

    @Test
    void shouldTellRunsApartByTheirTrace() {
        assertEquals(traceOf(seed), traceOf(seed));
        assertNotEquals(traceOf(seed), traceOf(seed + 1));
    }

    private static List<String> traceOf(long seed) {
        var network = new SimulatedNetwork(seed);
        network.faults(Faults.some());
        List<SimulatedPeer> peers = SimulatedPeer.start(network, 2, 1);
        SimulatedPeer.Sender stream = peers.get(0).open(at(1), Lane.MESSAGES, 1);
        network.runUntil(
                () -> stream.offer(100) != Outflow.Offer.CLOSED && stream.taken == 500,
                SECOND.multipliedBy(60));
        network.advance(SECOND);
        List<String> trace = new ArrayList<>(network.trace());
        assertTrue(trace.size() > 500 && trace.size() <= 1_024, () -> "" + trace.size());
        trace.add("" + network.traceHash());
        return trace;
    }

    @Test
    void shouldWipeAFrameAfterItsHandler() {
        SimulatedPeer a = new SimulatedPeer(network, at(0), seed);
        Wire b = network.wire(at(1));
        SimulatedPeer.Sender stream = a.open(at(1), Lane.MESSAGES, 1);
        assertTrue(network.runUntil(stream.outflow::hasRoom, SECOND));
        stream.offer(40);
        network.advance(SECOND);
        List<DirectBuffer> kept = new ArrayList<>();
        int read =
                b.poll(
                        (_, _, buffer, offset, length) -> {
                            assertThrows(
                                    IndexOutOfBoundsException.class,
                                    () -> buffer.getByte(offset + length));
                            kept.add(new UnsafeBuffer(buffer, offset, length));
                        },
                        10);
        assertEquals(1, read);
        assertEquals((byte) 0xDD, kept.get(0).getByte(0));
    }

    @Test
    void shouldRefuseMisuse() {
        network.wire(at(0));
        assertRefused(IllegalStateException.class, "node0:1", () -> network.wire(at(0)));
        assertRefused(IllegalArgumentException.class, "node1:1", () -> network.crash(at(1)));
        assertRefused(IllegalArgumentException.class, "node1:1", () -> network.pause(at(1)));
        assertRefused(IllegalArgumentException.class, "node1:1", () -> network.resume(at(1)));
        assertRefused(
                IllegalArgumentException.class,
                "node1:1",
                () -> network.breakWire(at(1), "x", SECOND));
        assertRefused(
                IllegalArgumentException.class, "node1:1", () -> network.register(at(1), () -> 0));
        assertRefused(IllegalArgumentException.class, "-1", () -> network.clog(at(0), at(1), -1));
        assertRefused(
                IllegalArgumentException.class,
                "loss",
                () -> new Faults(1.5, 0, 0, SECOND, SECOND));
        assertRefused(
                IllegalArgumentException.class,
                "duplication",
                () -> new Faults(0, Double.NaN, 0, SECOND, SECOND));
        assertRefused(
                IllegalArgumentException.class,
                "PT1S",
                () -> new Faults(0, 0, 0, SECOND, Duration.ZERO));
    }

    @Test
    void shouldBelongToOneThread() {
        Wire wire = network.wire(at(0));
        Outflow outflow = wire.open(at(1), Lane.MESSAGES);
        for (Runnable use :
                List.<Runnable>of(
                        () -> network.advance(SECOND),
                        () -> network.wire(at(1)),
                        () -> wire.poll((_, _, _, _, _) -> {}, 1),
                        outflow::hasRoom)) {
            Throwable error = CompletableFuture.runAsync(use).handle((_, e) -> e.getCause()).join();
            assertEquals(IllegalStateException.class, error.getClass());
        }
    }

    private static void assertRefused(
            Class<? extends RuntimeException> type, String part, Runnable use) {
        RuntimeException error = assertThrows(type, use::run);
        assertTrue(error.getMessage().contains(part), error::getMessage);
    }
}
