package io.tharsis.transport.link;

import io.tharsis.transport.Address;
import io.tharsis.transport.Endpoint;
import io.tharsis.transport.Link;
import io.tharsis.transport.LinkListener;
import io.tharsis.transport.LinkState;
import io.tharsis.transport.Loss;
import io.tharsis.transport.Sent;
import io.tharsis.transport.simulated.SimulatedNetwork;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A process of a simulation with a transport, which writes down all that it hears. */
final class Process implements LinkListener {
    static final int SERVICE = 3;

    final LinkTransport transport;

    /** What was heard, in words. */
    final List<String> heard = new ArrayList<>();

    /** The numbers received, by who sent them, in order. */
    final Map<Endpoint, List<Long>> received = new HashMap<>();

    int writable;

    /** One that does not care. */
    static final class Deaf implements LinkListener {
        @Override
        public void message(
                Link link, Endpoint remote, DirectBuffer buffer, int offset, int length) {}
    }

    Process(SimulatedNetwork network, Address address, Duration liveness) {
        long bornNs = network.nanoTime();
        transport =
                new LinkTransport(
                        address,
                        liveness,
                        network.wire(address),
                        network::nanoTime,
                        network.calendar());
        transport.register(SERVICE, this);
        network.register(address, transport::doWork);
        heard.add("born at " + bornNs);
    }

    static Sent send(Link link, long number) {
        var message = new UnsafeBuffer(new byte[16]);
        message.putLong(8, number);
        return link.offer(SERVICE, message, 8, 8);
    }

    boolean isConnectedTo(Address other) {
        return transport.links().stream()
                .anyMatch(
                        link ->
                                link.remote().equals(other)
                                        && link.state() instanceof LinkState.Connected);
    }

    List<Long> numbers() {
        List<Long> all = new ArrayList<>();
        received.values().forEach(all::addAll);
        return all;
    }

    long count(String word) {
        return heard.stream().filter(line -> line.startsWith(word)).count();
    }

    @Override
    public void connected(Link link, Endpoint remote) {
        heard.add("connected " + remote);
    }

    @Override
    public void message(Link link, Endpoint remote, DirectBuffer buffer, int offset, int length) {
        received.computeIfAbsent(remote, _ -> new ArrayList<>()).add(buffer.getLong(offset));
    }

    @Override
    public void writable(Link link) {
        writable++;
    }

    @Override
    public void lost(Link link, Endpoint remote, Loss loss) {
        heard.add("lost " + (remote == null ? "nobody" : "somebody") + " " + loss);
    }
}
