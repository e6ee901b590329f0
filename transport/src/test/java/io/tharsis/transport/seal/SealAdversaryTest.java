package io.tharsis.transport.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.transport.seal.FakeNetwork.Flying;
import io.tharsis.transport.seal.FakeNetwork.Node;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Somebody who owns the network, over nodes that come and go: captures all, loses, repeats, delays,
 * damages, sends to others and from other addresses, plays back what was said to a node's earlier
 * lives. Whatever he does, a message is received once at most, in any life of any node, and only by
 * the node that it was sent to; and when he stops, all nodes soon talk again.
 */
class SealAdversaryTest {
    private static final ClusterKey KEY = ClusterKey.of(new byte[32]);
    private static final ClusterKey OTHER_KEY = ClusterKey.of(new byte[40]);
    private static final int NODES = 4;
    private static final int SEEDS = 25;
    private static final int STEPS = 4_000;
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(3);

    private FakeNetwork network;
    private Random random;
    private Node[] nodes;
    private Node stranger;
    private List<Node> lives;
    private long sent;

    @Test
    void shouldDeliverOnceAtMostAndOnlyWhereItWasSent() throws IOException {
        long first = Long.getLong("tharsis.seed", System.nanoTime());
        long received = 0;
        for (long seed = first; seed < first + SEEDS; seed++) {
            try {
                received += play(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dtharsis.seed=" + seed, e);
            }
        }
        assertTrue(received > SEEDS * STEPS / 20, "that much got through: " + received);
    }

    private long play(long seed) throws IOException {
        random = new Random(seed);
        network = new FakeNetwork();
        nodes = new Node[NODES];
        lives = new ArrayList<>();
        stranger = network.node(99, OTHER_KEY);
        lives.add(stranger);
        for (int i = 0; i < NODES; i++) {
            start(i);
        }
        List<Flying> air = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            network.advance(random.nextInt(100) == 0 ? 100 * STEP_NS : STEP_NS);
            message(random.nextInt(NODES), random.nextInt(NODES));
            if (random.nextInt(50) == 0) {
                stranger.send(nodes[random.nextInt(NODES)], "from a stranger");
            }
            if (random.nextInt(400) == 0) {
                start(random.nextInt(NODES));
            }
            while (!network.flying.isEmpty()) {
                Flying each = network.flying.removeFirst();
                if (random.nextInt(20) != 0) {
                    air.add(each);
                }
            }
            meddle(air);
            while (air.size() > 15 || (!air.isEmpty() && random.nextInt(3) != 0)) {
                network.deliver(air.remove(random.nextInt(air.size())));
            }
        }
        network.flying.clear();
        heal();
        return check();
    }

    private void start(int index) {
        nodes[index] = network.node(1 + index, KEY, SealOptions.defaults().withRekey(100, 10_000));
        lives.add(nodes[index]);
    }

    private void message(int from, int to) throws IOException {
        if (from != to) {
            nodes[from].send(nodes[to], nodes[to].address.getPort() + " hears " + sent++);
        }
    }

    private void meddle(List<Flying> air) {
        if (network.sent.isEmpty() || random.nextInt(3) != 0) {
            return;
        }
        Flying old = network.sent.get(random.nextInt(network.sent.size()));
        byte[] bytes = old.bytes().clone();
        InetSocketAddress from = old.from();
        InetSocketAddress to = old.to();
        switch (random.nextInt(5)) {
            case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> to = nodes[random.nextInt(NODES)].address;
            case 2 -> from = nodes[random.nextInt(NODES)].address;
            case 3 -> {
                to = old.from();
                from = old.to();
            }
            default -> {
                // As it was.
            }
        }
        air.add(new Flying(bytes, from, to));
    }

    /** An honest network again: within seconds each hears each. */
    private void heal() throws IOException {
        for (int from = 0; from < NODES; from++) {
            for (int to = 0; to < NODES; to++) {
                if (from != to) {
                    hear(from, to);
                }
            }
        }
    }

    private void hear(int from, int to) throws IOException {
        int before = nodes[to].received.size();
        for (int tries = 0; nodes[to].received.size() == before; tries++) {
            assertTrue(tries < 5, from + " to " + to + ": " + nodes[from].context.stats);
            message(from, to);
            network.settle();
            network.advance(TimeUnit.SECONDS.toNanos(1));
        }
    }

    private long check() {
        Set<String> seen = new HashSet<>();
        for (Node life : lives) {
            for (String text : life.received) {
                assertTrue(seen.add(text), "twice: " + text);
                assertEquals("" + life.address.getPort(), text.split(" ")[0], "sent to another");
            }
        }
        assertEquals(0, stranger.received.size());
        return seen.size();
    }
}
