package io.tharsis.transport.simulated;

import static io.tharsis.transport.wire.Outflow.Offer.BACK_PRESSURED;
import static io.tharsis.transport.wire.Outflow.Offer.CLOSED;
import static io.tharsis.transport.wire.Outflow.Offer.NOT_CONNECTED;
import static io.tharsis.transport.wire.Outflow.Offer.TAKEN;

import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Outflow;

import org.agrona.DirectBuffer;

import java.util.ArrayDeque;

/**
 * The sender's end of a stream: numbers frames, keeps them until the receiver has consumed them,
 * and sends them again when it misses them. Bytes that are kept are limited, so a receiver that
 * does not poll holds up the sender.
 *
 * <p>It may outlive its process, as a stream in a media driver of its own does.
 */
final class SimulatedOutflow implements Outflow {
    /** What a frame costs beside its bytes, on the way and in the window. */
    static final int OVERHEAD = 32;

    private static final long MILLI = 1_000_000;

    /** After so long without a word of the receiver the stream is not connected. */
    private static final long SILENT_NS = 5_000 * MILLI;

    /** And after so long it is over. */
    private static final long GIVE_UP_NS = 10_000 * MILLI;

    private static final long PING_NS = 500 * MILLI;

    /** Frames sent again for one question. */
    private static final int MOST_AGAIN = 64;

    private enum State {
        SETTING_UP,
        CONNECTED,
        OVER
    }

    final long id;
    final Host to;
    final Lane lane;
    private final SimulatedWire wire;
    private final SimulatedNetwork network;
    private final Path path;
    private final ArrayDeque<byte[]> kept = new ArrayDeque<>();
    private State state = State.SETTING_UP;
    private boolean open = true;
    private String why;
    private long lingerUntilNs = Long.MAX_VALUE;

    /** The receiving process that is listened to, by its wire; 0 before there is one. */
    private long peer;

    /** The first frame that {@code peer} can get. */
    private long first;

    /** The number of the first frame that is kept. */
    private long base;

    private long next;
    private long keptBytes;
    private long heardNs;
    private long pingedNs;

    SimulatedOutflow(long id, SimulatedWire wire, Host to, Lane lane) {
        this.id = id;
        this.wire = wire;
        this.network = wire.network;
        this.to = to;
        this.lane = lane;
        this.path = wire.host.path(to);
    }

    void start() {
        setUp();
        tickLater();
    }

    Host from() {
        return wire.host;
    }

    @Override
    public Offer offer(
            DirectBuffer header,
            int headerOffset,
            int headerLength,
            DirectBuffer body,
            int bodyOffset,
            int bodyLength) {
        network.check();
        int length = checkedLength(headerLength, bodyLength);
        if (!open || state == State.OVER) {
            return CLOSED;
        }
        if (!isConnected()) {
            return NOT_CONNECTED;
        }
        if (!fits(length)) {
            return BACK_PRESSURED;
        }
        byte[] frame = new byte[length];
        header.getBytes(headerOffset, frame, 0, headerLength);
        body.getBytes(bodyOffset, frame, headerLength, bodyLength);
        kept.add(frame);
        keptBytes += length + OVERHEAD;
        send(next++, frame);
        return TAKEN;
    }

    @Override
    public int maxFrame() {
        return wire.maxFrame(lane);
    }

    @Override
    public boolean hasRoom() {
        network.check();
        return open && isConnected() && fits(maxFrame());
    }

    @Override
    public boolean isClosed() {
        network.check();
        return !open || state == State.OVER;
    }

    @Override
    public String whyClosed() {
        return why;
    }

    private boolean isConnected() {
        return state == State.CONNECTED && network.nowNs() - heardNs <= SILENT_NS;
    }

    private boolean fits(int length) {
        return keptBytes + length + OVERHEAD <= SimulatedWire.window(lane);
    }

    @Override
    public void close() {
        network.check();
        if (open) {
            leave(Long.MAX_VALUE);
        }
    }

    /** Takes no more, and goes on with what was taken, for {@code mostNs} at most. */
    void leave(long mostNs) {
        open = false;
        lingerUntilNs = mostNs == Long.MAX_VALUE ? mostNs : network.nowNs() + mostNs;
        if (state == State.SETTING_UP || kept.isEmpty()) {
            finish();
        }
    }

    /** All was consumed, or there is nobody who could. */
    private void finish() {
        path.send(OVERHEAD, () -> to.ifAlive(peerWire -> peerWire.finished(this)));
        end("finished");
    }

    /** The stream is over, with what is kept. */
    void end(String why) {
        if (state != State.OVER) {
            state = State.OVER;
            this.why = open ? why : null;
            kept.clear();
            keptBytes = 0;
            wire.forget(this);
            network.note(why, from(), to, id, next);
        }
    }

    private void setUp() {
        long from = first;
        path.send(OVERHEAD, () -> to.ifAlive(peerWire -> peerWire.setUp(this, from)));
    }

    private void send(long number, byte[] frame) {
        network.note("data", from(), to, id, number);
        path.send(
                frame.length + OVERHEAD,
                () -> to.ifAlive(peerWire -> peerWire.data(this, number, frame)));
    }

    private void ping() {
        long upTo = next;
        pingedNs = network.nowNs();
        path.send(OVERHEAD, () -> to.ifAlive(peerWire -> peerWire.ping(this, upTo)));
    }

    private void tickLater() {
        network.in(network.draws().between(80 * MILLI, 120 * MILLI), this::tick);
    }

    private void tick() {
        if (state == State.OVER) {
            return;
        }
        if (open && from().isPaused()) {
            tickLater();
            return;
        }
        long now = network.nowNs();
        if (state == State.SETTING_UP) {
            setUp();
        } else if (now - heardNs > GIVE_UP_NS) {
            end("given up");
            return;
        } else if (now > lingerUntilNs) {
            end("cut off");
            return;
        } else if (!kept.isEmpty() || now - pingedNs >= PING_NS) {
            ping();
        }
        tickLater();
    }

    /**
     * The receiver has consumed all frames before {@code upTo}.
     *
     * @param from the first frame that its inflow takes
     */
    void status(long wireId, long from, long upTo) {
        if (isFromPeer(wireId, from)) {
            state = State.CONNECTED;
            dropBefore(upTo);
            if (!open && kept.isEmpty()) {
                finish();
            }
        }
    }

    /** The receiver misses frames {@code start} to {@code end} - 1. */
    void missing(long wireId, long from, long start, long end) {
        if (isFromPeer(wireId, from)) {
            long least = Math.max(start, base);
            long most = Math.min(Math.min(end, next), least + MOST_AGAIN);
            int number = 0;
            for (byte[] frame : kept) {
                long at = base + number++;
                if (at >= most) {
                    break;
                }
                if (at >= least) {
                    send(at, frame);
                }
            }
        }
    }

    private boolean isFromPeer(long wireId, long from) {
        if (state == State.OVER || (peer != 0 && wireId != peer)) {
            return false;
        }
        if (from != first) {
            // A set-up from before it was adopted came late, and waits for what we have no more.
            end("mismatched");
            return false;
        }
        peer = wireId;
        heardNs = network.nowNs();
        return true;
    }

    /**
     * A process that has come to the address since then wants the stream. It gets it from some
     * frame on, of those that nobody has told us to have consumed.
     */
    void adopt(long wireId) {
        if (state == State.OVER || wireId < peer) {
            return;
        }
        if (wireId > peer) {
            peer = wireId;
            first = network.draws().between(base, next);
            dropBefore(first);
            network.note("adopted", from(), to, id, first);
        }
        setUp();
    }

    /** The receiver wants no more of it. */
    void rejected(long wireId) {
        if (wireId >= peer) {
            end("rejected");
        }
    }

    private void dropBefore(long number) {
        while (base < number) {
            keptBytes -= kept.remove().length + OVERHEAD;
            base++;
        }
    }
}
