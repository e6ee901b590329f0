package io.tharsis.transport.wire;

import static io.tharsis.transport.wire.Outflow.Offer.BACK_PRESSURED;
import static io.tharsis.transport.wire.Outflow.Offer.CLOSED;
import static io.tharsis.transport.wire.Outflow.Offer.NOT_CONNECTED;
import static io.tharsis.transport.wire.Outflow.Offer.TAKEN;
import static io.tharsis.transport.wire.SimulatedPeer.at;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.simulated.Faults;
import io.tharsis.transport.simulated.SimulatedNetwork;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Each fault of the simulated network by itself. */
@Timeout(60)
final class SimulatedFaultsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Where chance decides how often it is tried: of the simulated clock, and never reached. */
    private static final Duration EVER = Duration.ofMinutes(2);

    private static final long SEED = Seeds.of("SimulatedFaultsTest");
    private final long seed = SEED;
    private final SimulatedNetwork network = new SimulatedNetwork(seed);
    private final List<SimulatedPeer> peers = SimulatedPeer.start(network, 3, seed);
    private final SimulatedPeer a = peers.get(0);
    private final SimulatedPeer b = peers.get(1);

    @Test
    void shouldBridgeAShortPartition() {
        SimulatedPeer.Sender stream = connected(a, b, 1);
        network.partition(Set.of(at(0)), Set.of(at(1), at(2)));
        for (int i = 0; i < 10; i++) {
            assertEquals(TAKEN, stream.offer(100));
        }
        network.advance(SECOND.multipliedBy(3));
        assertEquals(0, b.count(1), "frames through a partition");
        network.heal();
        within(SECOND, () -> b.count(1) == 10, "the frames, after all");
        assertEquals(TAKEN, stream.offer(100));
    }

    @Test
    void shouldEndStreamsOverALongPartition() {
        SimulatedPeer.Sender there = connected(a, b, 1);
        SimulatedPeer.Sender back = connected(b, a, 2);
        SimulatedPeer.Sender others = connected(b, peers.get(2), 3);
        network.partition(Set.of(at(0)), Set.of(at(1), at(2)));
        assertEquals(TAKEN, there.offer(100));
        within(SECOND.multipliedBy(6), () -> there.offer(100) == NOT_CONNECTED, "silence");
        assertFalse(there.outflow.hasRoom());
        within(SECOND.multipliedBy(6), () -> there.offer(100) == CLOSED, "the end");
        within(SECOND.multipliedBy(6), () -> back.offer(100) == CLOSED, "the other end");
        assertEquals(TAKEN, others.offer(100));
        network.heal();
        connected(a, b, 4);
        network.advance(SECOND.multipliedBy(20));
        assertEquals(0, b.count(1), "frames of a stream that is over");
        assertEquals(TAKEN, others.offer(100));
    }

    @Test
    void shouldCutOneWayAlone() {
        SimulatedPeer.Sender there = connected(a, b, 1);
        SimulatedPeer.Sender back = connected(b, a, 2);
        network.partitionOneWay(Set.of(at(0)), Set.of(at(1)));
        assertEquals(TAKEN, there.offer(100));
        assertEquals(TAKEN, back.offer(100));
        within(SECOND, () -> a.count(2) == 1, "a frame on the way that is open");
        // Its sender hears of no reception, and gives up as well.
        within(SECOND.multipliedBy(12), () -> back.offer(100) == CLOSED, "the end");
        within(SECOND.multipliedBy(12), () -> there.offer(100) == CLOSED, "the end");
        assertEquals(0, b.count(1));
        network.heal(at(0), at(1));
        SimulatedPeer.Sender again = connected(a, b, 3);
        assertEquals(TAKEN, again.offer(50));
        within(SECOND, () -> b.count(3) == 1, "a frame");
    }

    @Test
    void shouldConnectNobodyAcrossAPartition() {
        network.partition(Set.of(at(0)), Set.of(at(1)));
        SimulatedPeer.Sender stream = a.open(at(1), Lane.MESSAGES, 1);
        network.advance(SECOND.multipliedBy(30));
        assertEquals(NOT_CONNECTED, stream.offer(20));
        network.heal();
        within(SECOND, () -> stream.offer(20) == TAKEN, "a connection");
    }

    @Test
    void shouldPressBackOnAPathThatIsClogged() {
        SimulatedPeer.Sender stream = connected(a, b, 1);
        network.clog(at(0), at(1), 0);
        assertEquals(BACK_PRESSURED, stream.offerMany(10_000));
        network.advance(SECOND);
        assertEquals(0, b.count(1));
        assertFalse(stream.outflow.hasRoom());
        network.heal(at(0), at(1));
        within(SECOND, stream.outflow::hasRoom, "room");
        within(SECOND, () -> b.count(1) == stream.taken, "all that was taken");
    }

    @Test
    void shouldBringOnlySoManyBytesAlongASlowPath() {
        SimulatedPeer.Sender stream = connected(a, b, 1);
        network.clog(at(0), at(1), 100_000);
        assertEquals(BACK_PRESSURED, stream.offerMany(1_000));
        network.advance(SECOND);
        int first = b.count(1);
        assertTrue(first > 80 && first < 100, "kilobytes in the first second: " + first);
        network.advance(SECOND.multipliedBy(2));
        assertEquals(first * 3.0, b.count(1), first * 0.5, "kilobytes in three seconds");
        network.heal();
        within(SECOND, () -> b.count(1) == stream.taken, "all that was taken");
    }

    @Test
    void shouldStandStillInAPause() {
        SimulatedPeer.Sender stream = connected(a, b, 1);
        b.reading = false;
        assertEquals(TAKEN, stream.offer(100));
        network.advance(Duration.ofMillis(1));
        network.pause(at(1));
        b.reading = true;
        int rounds = b.rounds;
        assertEquals(BACK_PRESSURED, stream.offerMany(5_000));
        network.advance(SECOND.multipliedBy(3));
        assertEquals(rounds, b.rounds, "rounds in a pause");
        assertEquals(0, b.wire.poll((_, _, _, _, _) -> {}, 10));
        assertEquals(BACK_PRESSURED, stream.offer(5_000));
        network.resume(at(1));
        network.resume(at(1));
        within(SECOND, () -> b.count(1) == stream.taken, "all that was taken");
        assertEquals(TAKEN, stream.offer(100));
    }

    @Test
    void shouldEndStreamsOverALongPause() {
        SimulatedPeer.Sender to = connected(a, b, 1);
        SimulatedPeer.Sender from = connected(b, a, 2);
        assertEquals(TAKEN, from.offer(50));
        network.pause(at(1));
        within(SECOND.multipliedBy(12), () -> to.offer(50) == CLOSED, "the end");
        network.advance(SECOND.multipliedBy(12));
        network.resume(at(1));
        within(SECOND.multipliedBy(12), () -> from.offer(50) == CLOSED, "the other end");
        connected(a, b, 3);
        connected(b, a, 4);
    }

    @Test
    void shouldCloseWhatACrashedProcessHad() {
        SimulatedPeer.Sender from = connected(a, b, 1);
        SimulatedPeer.Sender to = connected(b, a, 2);
        int rounds = a.rounds;
        network.crash(at(0));
        assertEquals(CLOSED, from.offer(20));
        assertFalse(from.outflow.hasRoom());
        assertEquals(CLOSED, a.open(at(1), Lane.MESSAGES, 3).offer(20));
        within(SECOND.multipliedBy(12), () -> to.offer(20) == CLOSED, "the end");
        assertEquals(rounds, a.rounds, "rounds of a dead process");
        a.wire.close();
        var reborn = new SimulatedPeer(network, at(0), seed);
        SimulatedPeer.Sender again = connected(b, reborn, 4);
        assertEquals(TAKEN, again.offer(20));
        within(SECOND, () -> reborn.count(4) == 1, "a frame");
    }

    /** Over many seeds: sometimes old frames come in after new ones of the next life. */
    @Test
    void shouldLeaveFramesBehindInACrash() {
        int stale = 0;
        for (int i = 0; i < 100; i++) {
            var world = new SimulatedNetwork(seed + i);
            world.faults(new Faults(0.3, 0.1, 0.1, Duration.ZERO, Duration.ofMillis(50)));
            SimulatedPeer sender = new SimulatedPeer(world, at(0), seed + i);
            SimulatedPeer receiver = new SimulatedPeer(world, at(1), seed - i);
            SimulatedPeer.Sender old = sender.open(at(1), Lane.MESSAGES, 1);
            assertTrue(world.runUntil(() -> old.offerMany(1_000) == BACK_PRESSURED, EVER));
            world.crash(at(0));
            SimulatedPeer next = new SimulatedPeer(world, at(0), seed + i);
            SimulatedPeer.Sender fresh = next.open(at(1), Lane.MESSAGES, 2);
            BooleanSupplier arrival =
                    () -> fresh.offer(20) != NOT_CONNECTED && receiver.count(2) > 0;
            assertTrue(world.runUntil(arrival, EVER), "seed " + (seed + i));
            int before = receiver.count(1);
            world.advance(SECOND.multipliedBy(10));
            stale += receiver.count(1) > before ? 1 : 0;
            assertTrue(receiver.count(1) <= old.taken);
        }
        assertTrue(stale > 10 && stale < 100, "runs with stale frames: " + stale);
    }

    /**
     * Over many seeds: sometimes who comes next at an address gets an old stream's later frames.
     */
    @Test
    void shouldTakeUpSomeStreamsFromTheirMiddle() {
        int middle = 0;
        for (int i = 0; i < 100; i++) {
            var world = new SimulatedNetwork(seed + i);
            SimulatedPeer sender = new SimulatedPeer(world, at(0), seed + i);
            SimulatedPeer receiver = new SimulatedPeer(world, at(1), seed - i);
            SimulatedPeer.Sender stream = sender.open(at(1), Lane.MESSAGES, 1);
            assertTrue(world.runUntil(() -> stream.offer(50) == TAKEN, SECOND));
            assertTrue(world.runUntil(() -> receiver.count(1) == 1, SECOND));
            world.crash(at(1));
            SimulatedPeer next = new SimulatedPeer(world, at(1), seed);
            assertEquals(TAKEN, stream.offer(50));
            world.advance(SECOND);
            int taken = stream.taken;
            assertEquals(TAKEN, stream.offer(50));
            BooleanSupplier end =
                    () -> {
                        var inflow = next.inflows.get(1);
                        return inflow != null && inflow.next > taken || stream.offer(50) == CLOSED;
                    };
            assertTrue(world.runUntil(end, SECOND.multipliedBy(20)), "seed " + (seed + i));
            if (next.count(1) > 0) {
                assertTrue(next.inflows.get(1).first > 0, "a frame that was consumed before");
                middle++;
            }
        }
        assertTrue(middle > 10 && middle < 90, "streams taken up: " + middle);
    }

    @Test
    void shouldRebuildABrokenWire() {
        SimulatedPeer.Sender from = connected(a, b, 1);
        SimulatedPeer.Sender to = connected(b, a, 2);
        network.breakWire(at(0), "the driver died", SECOND.multipliedBy(2));
        assertEquals(CLOSED, from.offer(20));
        assertEquals("the driver died", a.wire.maintain(network.nanoTime()));
        assertEquals(CLOSED, a.open(at(1), Lane.MESSAGES, 3).offer(20));
        SimulatedPeer.Sender meanwhile = b.open(at(0), Lane.MESSAGES, 4);
        network.advance(SECOND);
        assertEquals(NOT_CONNECTED, meanwhile.offer(20));
        assertEquals("the driver died", a.broken);
        within(SECOND.multipliedBy(2), () -> a.broken == null, "the wire, rebuilt");
        within(SECOND, () -> meanwhile.offer(20) == TAKEN, "who tried meanwhile");
        connected(a, b, 5);
        within(SECOND.multipliedBy(12), () -> to.offer(20) == CLOSED, "the end");
        within(SECOND, () -> a.count(4) == 1, "a frame");
        assertEquals(0, a.count(2), "frames of a stream from before");
    }

    @Test
    void shouldGoOnWithWhatALostStatusHid() {
        // At a loss of one half it would be given up by chance once in some 10 to the 11.
        network.faults(new Faults(0.4, 0, 0, Duration.ZERO, Duration.ofMillis(1)));
        SimulatedPeer.Sender stream = connected(a, b, 1);
        for (int i = 0; i < 50; i++) {
            assertEquals(TAKEN, stream.offer(100), "frame " + i);
        }
        within(EVER, () -> b.count(1) == 50, "all, at a loss of two fifths");
    }

    private SimulatedPeer.Sender connected(SimulatedPeer from, SimulatedPeer to, int stream) {
        SimulatedPeer.Sender sender = from.open(to.address, Lane.MESSAGES, stream);
        within(EVER, sender.outflow::hasRoom, "a connection");
        return sender;
    }

    private void within(Duration limit, BooleanSupplier done, String what) {
        assertTrue(
                network.runUntil(done, limit),
                () -> what + " in " + network + "\n" + String.join("\n", network.trace()));
    }
}
