package io.tharsis.transport.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tharsis.transport.Address;
import io.tharsis.transport.simulated.Node;
import io.tharsis.transport.simulated.SimulatedNetwork;

import org.agrona.DirectBuffer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A process of a simulation that reads {@link Numbered} frames and checks what a wire promises. */
class SimulatedPeer implements Node {
    final SimulatedNetwork network;
    final Address address;
    final Wire wire;
    final Random random;
    final Map<Integer, Inflow> inflows = new HashMap<>();
    boolean reading = true;
    String broken;
    int rounds;

    /** What has come of a stream. */
    static final class Inflow {
        final long id;
        final int first;
        int next;
        boolean rejected;

        Inflow(long id, int first) {
            this.id = id;
            this.first = first;
            next = first;
        }
    }

    SimulatedPeer(SimulatedNetwork network, Address address, long seed) {
        this.network = network;
        this.address = address;
        random = new Random(seed);
        wire = network.wire(address);
        network.register(address, this);
    }

    @Override
    public int doWork() {
        rounds++;
        broken = wire.maintain(network.nanoTime());
        return reading ? wire.poll(this::read, 1 + random.nextInt(20)) : 0;
    }

    void read(Lane lane, long id, DirectBuffer buffer, int offset, int length) {
        Numbered frame = Numbered.read(buffer, offset, length);
        Inflow inflow =
                inflows.computeIfAbsent(frame.stream(), _ -> new Inflow(id, frame.number()));
        assertEquals(inflow.id, id, () -> "the inflow of " + frame);
        assertEquals(inflow.next++, frame.number(), () -> "the next of stream " + frame.stream());
        assertEquals(false, inflow.rejected, () -> "a frame of a rejected inflow, " + frame);
    }

    /** How many frames of a stream have come. */
    int count(int stream) {
        Inflow inflow = inflows.get(stream);
        return inflow == null ? 0 : inflow.next - inflow.first;
    }

    /** Opens a stream for frames of the number {@code stream}. */
    Sender open(Address to, Lane lane, int stream) {
        return new Sender(wire.open(to, lane), stream, to);
    }

    /** A stream of this peer, and how far it is. */
    final class Sender {
        final Outflow outflow;
        final int stream;
        final Address to;
        int taken;

        Sender(Outflow outflow, int stream, Address to) {
            this.outflow = outflow;
            this.stream = stream;
            this.to = to;
        }

        /** Offers the next frame. */
        Outflow.Offer offer(int length) {
            Outflow.Offer offer = new Numbered(stream, taken, length).offerTo(outflow, random);
            taken += offer == Outflow.Offer.TAKEN ? 1 : 0;
            return offer;
        }

        /** Offers frames until one is not taken, which it answers. */
        Outflow.Offer offerMany(int length) {
            for (long bytes = 0; bytes < 64 << 20; bytes += length) {
                Outflow.Offer offer = offer(length);
                if (offer != Outflow.Offer.TAKEN) {
                    return offer;
                }
            }
            throw new AssertionError("64 MiB were taken, and nobody reads");
        }
    }

    /** Addresses {@code node0:1}, {@code node1:1} and so on. */
    static Address at(int number) {
        return new Address("node" + number, 1);
    }

    static List<SimulatedPeer> start(SimulatedNetwork network, int count, long seed) {
        List<SimulatedPeer> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(new SimulatedPeer(network, at(i), seed + i));
        }
        return peers;
    }

    void assertWell() {
        assertNull(broken);
    }
}
