package io.tharsis.transport.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tharsis.transport.seal.SealStats.Kind;

import org.agrona.concurrent.CachedNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Engines joined by a network in memory, on a clock that stands still until it is moved. */
final class FakeNetwork {
    /** A datagram on its way. */
    record Flying(byte[] bytes, InetSocketAddress from, InetSocketAddress to) {
        int kind() {
            return (bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF;
        }
    }

    final CachedNanoClock clock = new CachedNanoClock();
    final ArrayDeque<Flying> flying = new ArrayDeque<>();
    final List<Flying> sent = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    private final Map<InetSocketAddress, Node> nodes = new HashMap<>();

    FakeNetwork() {
        clock.update(1_000_000_000_000L);
    }

    static InetSocketAddress address(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    /** A node at a port; takes the place of one that was there, as a restarted process does. */
    Node node(int port, ClusterKey key) {
        return node(port, key, SealOptions.defaults());
    }

    Node node(int port, ClusterKey key, SealOptions options) {
        Node node = new Node(address(port), key, options);
        nodes.put(node.address, node);
        return node;
    }

    void advance(long ns) {
        clock.advance(ns);
    }

    /** Delivers all that flies, and what that makes fly. */
    void settle() throws IOException {
        while (!flying.isEmpty()) {
            deliver(flying.removeFirst());
        }
    }

    /** Has {@code from} make a session with {@code to}. */
    void connect(Node from, Node to) throws IOException {
        from.send(to, "connect");
        settle();
        assertEquals(List.of("connect"), to.received);
    }

    /** The next life of a node, at its address. */
    Node restart(Node node) {
        return node(node.address.getPort(), node.context.key);
    }

    void deliver(Flying datagram) throws IOException {
        Node node = nodes.get(datagram.to);
        if (node != null) {
            node.receive(datagram.bytes, datagram.from);
        }
    }

    /** The datagrams sent until now of a kind, from one node. */
    List<Flying> sent(int kind, Node from) {
        return sent.stream()
                .filter(each -> each.kind() == kind && each.from.equals(from.address))
                .toList();
    }

    /** An endpoint of one socket, and what it has let through. */
    final class Node {
        final InetSocketAddress address;
        final SealContext context;
        final SealEngine engine;
        final Port port;
        final List<String> received = new ArrayList<>();

        Node(InetSocketAddress address, ClusterKey key, SealOptions options) {
            this.address = address;
            this.context = new SealContext(key, options, clock, warnings::add);
            this.engine = new SealEngine(context, new Scratch(context));
            this.port =
                    new Port(
                            new Port.Outlet() {
                                @Override
                                public int transmit(ByteBuffer datagram, InetSocketAddress to) {
                                    byte[] bytes = new byte[datagram.remaining()];
                                    datagram.get(bytes);
                                    Flying flight = new Flying(bytes, address, to);
                                    flying.add(flight);
                                    sent.add(flight);
                                    return bytes.length;
                                }

                                @Override
                                public InetSocketAddress local() {
                                    return address;
                                }
                            });
        }

        void send(Node to, String text) throws IOException {
            send(to.address, text);
        }

        void send(InetSocketAddress to, String text) throws IOException {
            engine.send(port, to, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }

        /** As an endpoint does. */
        void receive(byte[] bytes, InetSocketAddress from) throws IOException {
            UnsafeBuffer buffer = new UnsafeBuffer(bytes.clone());
            int length = engine.open(buffer, bytes.length);
            if (length == SealEngine.CONTROL) {
                engine.handle(port, from);
            } else if (length >= 0 && engine.confirm(port, from)) {
                received.add(buffer.getStringWithoutLengthUtf8(0, length));
            }
        }

        long count(Kind kind) {
            return context.stats.get(kind);
        }
    }
}
