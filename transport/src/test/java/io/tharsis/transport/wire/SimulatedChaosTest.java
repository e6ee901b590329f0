package io.tharsis.transport.wire;

import static io.tharsis.transport.wire.Outflow.Offer.BACK_PRESSURED;
import static io.tharsis.transport.wire.Outflow.Offer.CLOSED;
import static io.tharsis.transport.wire.Outflow.Offer.NOT_CONNECTED;
import static io.tharsis.transport.wire.Outflow.Offer.TAKEN;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.Address;
import io.tharsis.transport.simulated.Faults;
import io.tharsis.transport.simulated.SimulatedNetwork;

import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Processes that open, fill, close and reject streams by chance, over a network that loses,
 * doubles, delays and reorders, is cut and clogged, while they crash, come back, stand still and
 * lose their wires; one seed each. Checked: frames of a stream come in order, none twice in one
 * life of a process, with no hole, from the first on unless the process is younger than the stream;
 * and when all is healed every stream goes on or is closed, and new ones work.
 */
@Timeout(600)
final class SimulatedChaosTest {
    private static final Duration CHAOS = Duration.ofSeconds(40);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void shouldKeepItsPromisesOverManySeeds() {
        run(Seeds.of("SimulatedChaosTest"), 100);
    }

    @Test
    @Tag("slow")
    void shouldKeepItsPromisesOverThousandsOfSeeds() {
        run(Seeds.of("SimulatedChaosTest slow"), 10_000);
    }

    @Test
    void shouldBeAFunctionOfItsSeed() {
        long seed = Seeds.of("SimulatedChaosTest same");
        Set<Long> hashes = new HashSet<>();
        for (long i = seed; i < seed + 5; i++) {
            long hash = new World(i).run();
            assertEquals(hash, new World(i).run(), "with -Dtharsis.seed=" + i);
            hashes.add(hash);
        }
        assertEquals(5, hashes.size(), "runs that differ");
    }

    private static void run(long first, int count) {
        Map<String, Integer> seen = new HashMap<>();
        for (long seed = first; seed < first + count; seed++) {
            var world = new World(seed);
            try {
                world.run();
            } catch (Throwable e) {
                String trace = String.join("\n", world.network.trace());
                throw new AssertionError("with -Dtharsis.seed=" + seed + "\n" + trace, e);
            }
            world.seen.forEach((what, times) -> seen.merge(what, times, Integer::sum));
        }
        System.out.println("seen: " + seen);
        for (String what :
                List.of(
                        "" + TAKEN,
                        "" + NOT_CONNECTED,
                        "" + BACK_PRESSURED,
                        "" + CLOSED,
                        "from the middle",
                        "of the dead",
                        "went on",
                        "rejected")) {
            assertNotEquals(0, seen.getOrDefault(what, 0), "chaos without: " + what);
        }
    }

    private static final class World {
        private static final int MOST_STREAMS = 40;

        final Map<String, Integer> seen = new HashMap<>();
        final SimulatedNetwork network;
        private final long seed;
        private final Random random;
        private final List<Chatter> peers = new ArrayList<>();
        private final List<Chatter.Sender> streams = new ArrayList<>();
        private final Map<Integer, Chatter> senders = new HashMap<>();
        private final int count;
        private boolean chaos = true;
        private int lives;

        World(long seed) {
            this.seed = seed;
            random = new Random(seed);
            network = new SimulatedNetwork(seed);
            count = 2 + random.nextInt(4);
            for (int i = 0; i < count; i++) {
                peers.add(new Chatter(SimulatedPeer.at(i)));
            }
        }

        /** A number that follows from all that happened. */
        long run() {
            network.faults(drawFaults());
            int deeds = 1 + random.nextInt(15);
            for (int i = 0; i < deeds; i++) {
                network.schedule(Duration.ofMillis(random.nextInt(35_000)), this::misdeed);
            }
            network.advance(CHAOS);
            chaos = false;
            network.heal();
            network.faults(Faults.none());
            for (int i = 0; i < count; i++) {
                if (peers.get(i).dead) {
                    peers.set(i, new Chatter(SimulatedPeer.at(i)));
                }
                network.resume(SimulatedPeer.at(i));
                peers.get(i).reading = true;
            }
            network.advance(Duration.ofMillis(50));
            await("wires", () -> peers.stream().allMatch(peer -> peer.broken == null));
            for (Chatter.Sender stream : streams) {
                awaitEnd(stream);
            }
            for (Chatter from : peers) {
                for (Chatter to : peers) {
                    if (from != to) {
                        awaitNew(from, to);
                    }
                }
            }
            return network.traceHash();
        }

        /** It takes another frame and brings it, or is closed. */
        private void awaitEnd(Chatter.Sender stream) {
            Outflow.Offer[] offer = new Outflow.Offer[1];
            await(
                    "an end of stream " + stream.stream,
                    () -> (offer[0] = stream.offer(20)) == TAKEN || offer[0] == CLOSED);
            if (offer[0] == TAKEN) {
                int number = stream.taken - 1;
                int[] asked = {0};
                await(
                        "frame " + number + " of stream " + stream.stream,
                        () -> {
                            var inflow = peerAt(stream.to).inflows.get(stream.stream);
                            boolean there = inflow != null && inflow.next > number;
                            seen.merge("went on", there ? 1 : 0, Integer::sum);
                            return there
                                    || (asked[0]++ % 1_000 == 999 && stream.offer(20) == CLOSED);
                        });
            }
        }

        private void awaitNew(Chatter from, Chatter to) {
            Chatter.Sender stream = from.open(to.address, Lane.MESSAGES, streams.size());
            senders.put(stream.stream, from);
            streams.add(stream);
            await("a new connection", () -> stream.offer(30) == TAKEN);
            await("a frame of a new stream", () -> to.count(stream.stream) == 1);
        }

        private void await(String what, java.util.function.BooleanSupplier done) {
            assertTrue(network.runUntil(done, PATIENCE), () -> what + " in " + network);
        }

        private Chatter peerAt(Address address) {
            return peers.stream().filter(peer -> peer.address.equals(address)).findAny().get();
        }

        private Faults drawFaults() {
            return switch (random.nextInt(4)) {
                case 0 -> Faults.none();
                case 1 -> Faults.some();
                default ->
                        new Faults(
                                random.nextDouble() * 0.4,
                                random.nextDouble() * 0.4,
                                random.nextDouble(),
                                Duration.ofNanos(random.nextInt(1_000_000)),
                                Duration.ofMillis(1 + random.nextInt(300)));
            };
        }

        private void misdeed() {
            Chatter peer = peers.get(random.nextInt(count));
            Address other = SimulatedPeer.at(random.nextInt(count));
            Duration time = Duration.ofMillis(1 + random.nextInt(15_000));
            Set<Address> some = new HashSet<>();
            Set<Address> others = new HashSet<>();
            for (Chatter each : peers) {
                (random.nextBoolean() ? some : others).add(each.address);
            }
            switch (random.nextInt(9)) {
                case 0 -> network.partition(some, others);
                case 1 -> network.partitionOneWay(some, others);
                case 2 -> network.clog(peer.address, other, random.nextInt(3) * 30_000L);
                case 3 -> network.heal();
                case 4 -> network.faults(drawFaults());
                case 5 -> {
                    if (!peer.dead) {
                        network.pause(peer.address);
                        network.schedule(time, () -> resume(peer));
                    }
                }
                case 6 -> {
                    if (!peer.dead) {
                        network.breakWire(peer.address, "by chance", time.dividedBy(4));
                    }
                }
                default -> end(peer, time);
            }
        }

        private void resume(Chatter peer) {
            if (!peer.dead) {
                network.resume(peer.address);
            }
        }

        private void end(Chatter peer, Duration time) {
            if (peer.dead) {
                return;
            }
            peer.dead = true;
            if (random.nextBoolean()) {
                network.crash(peer.address);
            } else {
                peer.wire.close();
            }
            network.schedule(
                    time.dividedBy(4),
                    () -> {
                        int index = peers.indexOf(peer);
                        if (index >= 0) {
                            peers.set(index, new Chatter(peer.address));
                        }
                    });
        }

        /** A process that does with its streams what chance tells it. */
        private final class Chatter extends SimulatedPeer {
            private final int firstStream = streams.size();
            private final List<Sender> own = new ArrayList<>();
            private boolean dead;

            Chatter(Address address) {
                super(World.this.network, address, seed * 1_000 + lives++);
            }

            @Override
            public int doWork() {
                if (chaos) {
                    chat();
                }
                return super.doWork();
            }

            private void chat() {
                if (random.nextInt(200) == 0) {
                    reading = random.nextInt(3) > 0;
                }
                if (streams.size() < MOST_STREAMS && random.nextInt(50) == 0) {
                    Address to = SimulatedPeer.at(random.nextInt(count));
                    Lane lane = random.nextInt(4) == 0 ? Lane.BULK : Lane.MESSAGES;
                    Sender stream = open(to, lane, streams.size());
                    streams.add(stream);
                    senders.put(stream.stream, this);
                    own.add(stream);
                }
                if (!own.isEmpty() && random.nextInt(5) == 0) {
                    Sender stream = own.get(random.nextInt(own.size()));
                    boolean large = random.nextInt(100) == 0;
                    for (int i = random.nextInt(10); i > 0; i--) {
                        boolean room = stream.outflow.hasRoom();
                        Outflow.Offer offer = stream.offer(large ? 100_000 : 12 + i * 40);
                        assertTrue(!room || offer == TAKEN, () -> "room, and then " + offer);
                        seen.merge("" + offer, 1, Integer::sum);
                    }
                    if (random.nextInt(60) == 0) {
                        stream.outflow.close();
                    }
                }
            }

            @Override
            void read(Lane lane, long id, DirectBuffer buffer, int offset, int length) {
                super.read(lane, id, buffer, offset, length);
                int stream = buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN);
                Inflow inflow = inflows.get(stream);
                if (inflow.first > 0) {
                    assertTrue(stream < firstStream, "a stream of our time begins in its middle");
                    seen.merge("from the middle", 1, Integer::sum);
                }
                if (senders.get(stream).dead) {
                    seen.merge("of the dead", 1, Integer::sum);
                }
                if (chaos && random.nextInt(2_000) == 0) {
                    wire.reject(id, "by chance");
                    inflow.rejected = true;
                    seen.merge("rejected", 1, Integer::sum);
                }
            }
        }
    }
}
