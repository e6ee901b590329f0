package io.tharsis.transport.simulated;

import io.tharsis.transport.Address;
import io.tharsis.transport.wire.FrameHandler;
import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Outflow;
import io.tharsis.transport.wire.Wire;

import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One process's wire in a simulated network. */
final class SimulatedWire implements Wire {
    private static final int MAX_MESSAGE_FRAME = 128 << 10;
    private static final int MAX_BULK_FRAME = 256 << 10;

    /** Frames stand at offsets of this and its multiples, below its square, as in a log. */
    private static final int ALIGNMENT = 8;

    /** Half of the streams of earlier times that come by are taken up. */
    private static final double ADOPTED = 0.5;

    /** What a process makes of a stream that has no inflow any more, or never had. */
    private enum Past {
        /** From before its time; it asked for it. */
        WANTED,
        IGNORED,
        REJECTED
    }

    /** Greater than that of any wire before. */
    final long id;

    final SimulatedNetwork network;
    final Host host;
    private final Set<SimulatedOutflow> outflows = new LinkedHashSet<>();
    private final Map<Long, SimulatedInflow> inflows = new LinkedHashMap<>();
    private final Map<Long, Past> past = new HashMap<>();
    private final List<SimulatedInflow> readable = new ArrayList<>();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private byte[] scratch = new byte[4096];
    private boolean alive = true;
    private String broken;
    private long brokenUntilNs;

    SimulatedWire(long id, Host host) {
        this.id = id;
        this.host = host;
        this.network = host.network;
    }

    /** Bytes of a stream that are kept for a receiver: a few of the largest frames. */
    static int window(Lane lane) {
        return switch (lane) {
            case MESSAGES -> 4 * MAX_MESSAGE_FRAME;
            case BULK -> 8 * MAX_BULK_FRAME;
        };
    }

    @Override
    public int maxFrame(Lane lane) {
        return switch (lane) {
            case MESSAGES -> MAX_MESSAGE_FRAME;
            case BULK -> MAX_BULK_FRAME;
        };
    }

    @Override
    public Outflow open(Address to, Lane lane) {
        network.check();
        var outflow = new SimulatedOutflow(network.nextId(), this, network.host(to), lane);
        if (alive && broken == null) {
            outflows.add(outflow);
            outflow.start();
        } else {
            outflow.end("stillborn");
        }
        return outflow;
    }

    @Override
    public int poll(FrameHandler handler, int limit) {
        network.check();
        if (readable.isEmpty() || host.isPaused()) {
            return 0;
        }
        Set<SimulatedInflow> read = new LinkedHashSet<>();
        int count = 0;
        try {
            while (count < limit && !readable.isEmpty()) {
                SimulatedInflow inflow = readable.remove(network.draws().below(readable.size()));
                byte[] frame = inflow.take();
                if (inflow.isReadable()) {
                    readable.add(inflow);
                }
                read.add(inflow);
                count++;
                give(handler, inflow, frame);
            }
        } finally {
            for (SimulatedInflow inflow : read) {
                if (alive && !inflow.isOver()) {
                    inflow.report();
                }
            }
        }
        return count;
    }

    /** Hands a frame over at some offset, and wipes it afterwards. */
    private void give(FrameHandler handler, SimulatedInflow inflow, byte[] frame) {
        network.note("read", inflow.sender.from(), host, inflow.sender.id, inflow.consumed() - 1);
        int offset = ALIGNMENT * network.draws().below(ALIGNMENT);
        int end = offset + frame.length;
        if (scratch.length < end) {
            scratch = new byte[Math.max(end, 2 * scratch.length)];
        }
        System.arraycopy(frame, 0, scratch, offset, frame.length);
        view.wrap(scratch, 0, end);
        try {
            handler.onFrame(inflow.sender.lane, inflow.id, view, offset, frame.length);
        } finally {
            Arrays.fill(scratch, 0, end, (byte) 0xDD);
            view.wrap(0, 0);
        }
    }

    @Override
    public void reject(long inflowId, String reason) {
        network.check();
        // One that has ended may have frames yet to read.
        readable.removeIf(inflow -> inflow.id == inflowId);
        for (SimulatedInflow inflow : inflows.values()) {
            if (inflow.id == inflowId) {
                drop(inflow, Past.REJECTED);
                answerRejected(inflow.sender);
                return;
            }
        }
    }

    private void answerRejected(SimulatedOutflow sender) {
        reply(sender, () -> sender.rejected(id));
    }

    @Override
    public String maintain(long nowNs) {
        network.check();
        if (broken != null && network.nowNs() >= brokenUntilNs) {
            broken = null;
            network.note("rebuilt", host, null);
        }
        return broken;
    }

    /** Loses all streams, and stays so for {@code outageNs}. */
    void breakDown(String reason, long outageNs) {
        broken = reason;
        brokenUntilNs = network.nowNs() + outageNs;
        for (SimulatedOutflow outflow : List.copyOf(outflows)) {
            outflow.end("broken");
        }
        for (SimulatedInflow inflow : List.copyOf(inflows.values())) {
            drop(inflow, Past.IGNORED);
        }
        readable.clear();
    }

    @Override
    public void close() {
        network.check();
        if (alive) {
            network.note("closed", host, null);
            die();
        }
    }

    /**
     * The process is gone. What its streams had taken may get through all the same, even seconds
     * later, as when a media driver of its own still has it.
     */
    void die() {
        alive = false;
        readable.clear();
        for (SimulatedInflow inflow : inflows.values()) {
            inflow.end();
        }
        inflows.clear();
        for (SimulatedOutflow outflow : List.copyOf(outflows)) {
            if (network.draws().chance(0.5)) {
                outflow.end("died");
            } else {
                outflow.leave(network.draws().between(0, 8_000_000_000L));
            }
        }
        if (host.wire == this) {
            host.vacate();
        }
    }

    void forget(SimulatedOutflow outflow) {
        outflows.remove(outflow);
    }

    void readable(SimulatedInflow inflow) {
        if (!readable.contains(inflow)) {
            readable.add(inflow);
        }
        host.runWithin(network.draws().below(200_000));
    }

    /** Sends a small datagram to the sender of a stream. */
    void reply(SimulatedOutflow sender, Runnable arrival) {
        host.path(sender.from()).send(SimulatedOutflow.OVERHEAD, arrival);
    }

    boolean isHearing() {
        return broken == null;
    }

    /** A stream begins, or goes on here; one that is over is not begun again. */
    void setUp(SimulatedOutflow sender, long first) {
        SimulatedInflow inflow = inflows.get(sender.id);
        Past before = past.get(sender.id);
        if (inflow == null && (before == null || before == Past.WANTED)) {
            past.remove(sender.id);
            inflow = new SimulatedInflow(network.nextId(), this, sender, first);
            inflows.put(sender.id, inflow);
            network.note("set up", sender.from(), host, sender.id, first);
        }
        if (inflow == null) {
            answerRejected(sender);
        } else {
            inflow.hear();
            inflow.report();
        }
    }

    void data(SimulatedOutflow sender, long number, byte[] frame) {
        SimulatedInflow inflow = inflows.get(sender.id);
        if (inflow == null) {
            unknown(sender);
        } else {
            inflow.data(number, frame);
        }
    }

    void ping(SimulatedOutflow sender, long upTo) {
        SimulatedInflow inflow = inflows.get(sender.id);
        if (inflow == null) {
            unknown(sender);
        } else {
            inflow.hear();
            inflow.know(upTo);
            inflow.report();
        }
    }

    private void unknown(SimulatedOutflow sender) {
        Past before =
                past.computeIfAbsent(
                        sender.id,
                        _ -> network.draws().chance(ADOPTED) ? Past.WANTED : Past.IGNORED);
        switch (before) {
            case WANTED -> reply(sender, () -> sender.adopt(id));
            case REJECTED -> answerRejected(sender);
            case IGNORED -> {}
        }
    }

    /** The sender has seen that all was consumed. */
    void finished(SimulatedOutflow sender) {
        silent(inflows.get(sender.id));
    }

    /** An inflow gets no more; null is none. */
    void silent(SimulatedInflow inflow) {
        if (inflow != null) {
            drop(inflow, Past.IGNORED);
            network.note("over", inflow.sender.from(), host, inflow.sender.id, inflow.consumed());
        }
    }

    /** At most once: a process takes up no stream twice. */
    private void drop(SimulatedInflow inflow, Past as) {
        inflow.end();
        inflows.remove(inflow.sender.id);
        past.put(inflow.sender.id, as);
    }
}
