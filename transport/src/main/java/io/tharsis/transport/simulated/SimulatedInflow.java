package io.tharsis.transport.simulated;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * The receiver's end of a stream: puts frames in order, drops those that it has, asks for those
 * that are missing.
 */
final class SimulatedInflow {
    private static final long MILLI = 1_000_000;

    /** After so long without a word of the sender the stream is over; longer than it goes on. */
    private static final long SILENT_NS = 12_000 * MILLI;

    final long id;
    final SimulatedOutflow sender;
    private final SimulatedWire wire;
    private final SimulatedNetwork network;
    private final ArrayDeque<byte[]> ready = new ArrayDeque<>();
    private final Map<Long, byte[]> early = new HashMap<>();

    private final long first;

    /** The number of the frame after those that are ready or were. */
    private long expected;

    /** The number after the last frame that is known to have been sent. */
    private long known;

    private long consumed;
    private long heardNs;
    private long askedFrom = -1;
    private long askAgainNs;
    private boolean asking;
    private boolean over;

    SimulatedInflow(long id, SimulatedWire wire, SimulatedOutflow sender, long first) {
        this.id = id;
        this.wire = wire;
        this.network = wire.network;
        this.sender = sender;
        this.first = first;
        expected = first;
        known = first;
        consumed = first;
        hear();
        watch();
    }

    void hear() {
        heardNs = network.nowNs();
    }

    private void watch() {
        network.in(
                SILENT_NS / 3,
                () -> {
                    if (over) {
                        return;
                    }
                    if (network.nowNs() - heardNs > SILENT_NS && !wire.host.isPaused()) {
                        wire.silent(this);
                    } else {
                        watch();
                    }
                });
    }

    /** A frame arrives, perhaps not for the first time. */
    void data(long number, byte[] frame) {
        hear();
        if (number == expected) {
            for (byte[] next = frame; next != null; next = early.remove(expected)) {
                ready.add(next);
                expected++;
            }
            wire.readable(this);
        } else if (number > expected) {
            early.putIfAbsent(number, frame);
        }
        know(number + 1);
    }

    /** All frames up to {@code next} are on their way, or lost. */
    void know(long next) {
        known = Math.max(known, next);
        if (expected < known && !asking) {
            asking = true;
            network.in(network.draws().between(MILLI / 2, 2 * MILLI), this::ask);
        }
    }

    /** Asks for the frames of the first gap, less and less often while none of them comes. */
    private void ask() {
        asking = !over && expected < known;
        if (!asking) {
            return;
        }
        askAgainNs = askedFrom == expected ? Math.min(2 * askAgainNs, 640 * MILLI) : 20 * MILLI;
        askedFrom = expected;
        if (!wire.host.isPaused()) {
            long from = expected;
            long to = from + 1;
            while (to < known && !early.containsKey(to)) {
                to++;
            }
            long end = to;
            wire.reply(sender, () -> sender.missing(wire.id, first, from, end));
        }
        network.in(askAgainNs, this::ask);
    }

    /** Says what has been consumed, which gives the sender room. */
    void report() {
        long upTo = consumed;
        wire.reply(sender, () -> sender.status(wire.id, first, upTo));
    }

    boolean isReadable() {
        return !ready.isEmpty();
    }

    long consumed() {
        return consumed;
    }

    byte[] take() {
        consumed++;
        return ready.remove();
    }

    /** Nothing more comes in; what is ready can still be read. */
    void end() {
        over = true;
        early.clear();
    }

    boolean isOver() {
        return over;
    }
}
