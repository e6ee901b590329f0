package io.tharsis.transport.simulated;

import io.tharsis.transport.Address;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What is at an address: one process after the other. */
final class Host {
    /** Datagrams that a process which stands still can have waiting; more are lost. */
    private static final int MOST_HELD = 4_096;

    final SimulatedNetwork network;
    final Address address;
    final int index;
    private final Map<Host, Path> paths = new HashMap<>();
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();

    /** Null while nobody lives here. */
    SimulatedWire wire;

    private Node node;
    private boolean paused;

    /** When the node is to run again; {@code Long.MAX_VALUE} if there is nobody to run. */
    private long runAtNs = Long.MAX_VALUE;

    Host(SimulatedNetwork network, Address address, int index) {
        this.network = network;
        this.address = address;
        this.index = index;
    }

    Path path(Host to) {
        return paths.computeIfAbsent(to, other -> new Path(this, other));
    }

    /** Has the effects of a datagram, later if the process stands still. */
    void receive(Runnable arrival) {
        if (!paused) {
            arrival.run();
        } else if (held.size() < MOST_HELD) {
            held.add(arrival);
        }
    }

    /**
     * For a datagram that has come in: nobody hears it where nobody lives or the wire is broken.
     */
    void ifAlive(Consumer<SimulatedWire> hears) {
        if (wire != null && wire.isHearing()) {
            hears.accept(wire);
        }
    }

    boolean isPaused() {
        return paused;
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        List<Runnable> waiting = new ArrayList<>(held);
        held.clear();
        for (Runnable arrival : waiting) {
            arrival.run();
        }
        runWithin(0);
    }

    /** The process is gone, with all that waited for it. */
    void vacate() {
        wire = null;
        node = null;
        paused = false;
        held.clear();
        runAtNs = Long.MAX_VALUE;
    }

    void settle(Node newNode) {
        node = newNode;
        runWithin(0);
    }

    /** Has the node run in {@code mostNs} at the latest, if there is one. */
    void runWithin(long mostNs) {
        if (node != null) {
            runAtNs = Math.min(runAtNs, network.nowNs() + mostNs);
        }
    }

    long runAtNs() {
        return paused ? Long.MAX_VALUE : runAtNs;
    }

    void run() {
        runAtNs = Long.MAX_VALUE;
        Node running = node;
        int work = running.doWork();
        if (node == running) {
            runWithin(network.restNs(work));
        }
    }
}
