package io.tharsis.transport.link;

import io.tharsis.transport.Address;
import io.tharsis.transport.Endpoint;
import io.tharsis.transport.LinkState;
import io.tharsis.transport.Loss;
import io.tharsis.transport.Sent;
import io.tharsis.transport.Transport;
import io.tharsis.transport.wire.Lane;
import io.tharsis.transport.wire.Outflow;
import io.tharsis.transport.wire.Outflow.Offer;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A link: what any thread may use of it, and the machine behind it, which only the transport's
 * thread touches.
 */
final class LinkCell implements FrameLink, LinkMachine.Actions {
    private final LinkTransport transport;
    private final Address remote;
    private final LinkMachine machine;
    private final MutableDirectBuffer scratch = new UnsafeBuffer(new byte[1024]);

    private volatile LinkState state = new LinkState.Connecting(null);
    private volatile Session session;

    /** An offer found no room, and nobody has been told yet that there is again. */
    private volatile boolean pressed;

    /** The same for bulk. */
    private volatile boolean bulkPressed;

    /** Somebody has closed it, and its machine will hear of that. */
    private volatile boolean closing;

    /** A stream of messages that answered that it is over. */
    private volatile Outflow ended;

    // Whose turn it is to do a round, alone:
    private Outflow outflow;
    private BulkStream bulk;
    private boolean dialed;

    LinkCell(LinkTransport transport, Address remote, boolean dialed) {
        this.transport = transport;
        this.remote = remote;
        this.dialed = dialed;
        this.machine = new LinkMachine(remote.toString(), transport.livenessNs(), dialed, this);
    }

    /** What an offer needs, all of one connection. */
    private record Session(Outflow outflow, BulkStream bulk, DirectBuffer[] headers) {
        Outflow outflow(Lane lane) {
            return lane == Lane.MESSAGES ? outflow : bulk.stream();
        }
    }

    // ------------------------------------------------------------------ any thread

    @Override
    public Address remote() {
        return remote;
    }

    @Override
    public LinkState state() {
        return state;
    }

    @Override
    public Sent offer(int service, DirectBuffer message, int offset, int length) {
        if (service < 0 || service > Transport.MAX_SERVICE) {
            throw new IllegalArgumentException(
                    "a service is 0 to " + Transport.MAX_SERVICE + ": " + service);
        }
        if (length > Transport.MAX_MESSAGE) {
            throw new IllegalArgumentException(
                    "a message of "
                            + length
                            + " bytes to "
                            + remote
                            + "; the longest is "
                            + Transport.MAX_MESSAGE
                            + ", what is longer travels as bulk");
        }
        return offer(Lane.MESSAGES, service, message, offset, length);
    }

    @Override
    public Sent offer(Lane lane, int service, DirectBuffer body, int offset, int length) {
        Session now = session;
        if (now == null) {
            return state instanceof LinkState.Ended ? Sent.CLOSED : Sent.NOT_CONNECTED;
        }
        Outflow stream = now.outflow(lane);
        return sent(
                lane,
                now,
                stream.offer(
                        now.headers[service],
                        0,
                        FrameDescriptor.HEADER_LENGTH,
                        body,
                        offset,
                        length));
    }

    @Override
    public Sent offer(
            Lane lane,
            int service,
            MutableDirectBuffer head,
            int headLength,
            DirectBuffer body,
            int offset,
            int length) {
        Session now = session;
        if (now == null) {
            return state instanceof LinkState.Ended ? Sent.CLOSED : Sent.NOT_CONNECTED;
        }
        head.putBytes(0, now.headers[service], 0, FrameDescriptor.HEADER_LENGTH);
        Outflow stream = now.outflow(lane);
        return sent(lane, now, stream.offer(head, 0, headLength, body, offset, length));
    }

    private Sent sent(Lane lane, Session of, Offer offer) {
        return switch (offer) {
            case TAKEN -> {
                transport.counters().sent.increment();
                yield Sent.SENT;
            }
            case BACK_PRESSURED -> {
                transport.counters().backPressured.increment();
                press(lane);
                yield Sent.BACK_PRESSURED;
            }
            case NOT_CONNECTED -> {
                // The stream is cut off for now, and the link may outlive that.
                press(lane);
                yield Sent.NOT_CONNECTED;
            }
            case CLOSED -> {
                if (lane == Lane.BULK) {
                    press(lane);
                    of.bulk.want();
                } else {
                    ended = of.outflow;
                }
                yield Sent.NOT_CONNECTED;
            }
        };
    }

    private void press(Lane lane) {
        if (lane == Lane.BULK) {
            bulkPressed = true;
        } else if (!pressed) {
            pressed = true;
        }
    }

    @Override
    public int maxBody(Lane lane) {
        Session now = session;
        return now == null ? 0 : now.outflow(lane).maxFrame() - FrameDescriptor.HEADER_LENGTH;
    }

    @Override
    public boolean hasRoom(Lane lane) {
        Session now = session;
        return now != null && now.outflow(lane).hasRoom();
    }

    @Override
    public Loss bulkLoss() {
        Session now = session;
        return now == null ? null : now.bulk.loss();
    }

    @Override
    public void close() {
        closing = true;
        transport.execute(() -> machine.close());
    }

    @Override
    public String toString() {
        return "Link(" + remote + ", " + state + ")";
    }

    /** It is over, or will be soon. */
    boolean isEnding() {
        return closing || state instanceof LinkState.Ended;
    }

    // ------------------------------------------------------- whose turn it is

    @Override
    public void reject(String fault) {
        transport.rejected(this, fault);
    }

    LinkMachine machine() {
        return machine;
    }

    boolean isDialed() {
        return dialed;
    }

    void dial(long nowNs) {
        dialed = true;
        machine.dial(nowNs);
    }

    /**
     * @param wireIsUp if not, that streams are over is no news
     */
    void tick(long nowNs, boolean wireIsUp) {
        Outflow over = ended;
        if (over != null) {
            ended = null;
            if (wireIsUp && over == outflow) {
                String why = over.whyClosed();
                machine.lose(
                        new Loss(
                                Loss.Cause.STREAM_ENDED,
                                "the stream to "
                                        + remote
                                        + " has ended"
                                        + (why == null ? "" : ": " + why)),
                        nowNs);
            }
        }
        machine.tick(nowNs);
        if (wireIsUp && session != null) {
            bulk.tick(nowNs);
        }
    }

    /** Whether somebody waits for room on a lane, and there is some. */
    boolean takeWritable() {
        Session now = session;
        boolean messages = now != null && pressed && now.outflow.hasRoom();
        boolean large = now != null && bulkPressed && now.bulk.stream().hasRoom();
        if (messages) {
            pressed = false;
        }
        if (large) {
            bulkPressed = false;
        }
        return messages || large;
    }

    // -------------------------------------------------------------------- actions

    @Override
    public long nextTag() {
        return transport.nextTag(this);
    }

    @Override
    public void open() {
        closeStreams();
        outflow = transport.wire().open(remote, Lane.MESSAGES);
        ended = null;
    }

    @Override
    public boolean hello(long tag) {
        Endpoint self = transport.self();
        return send(
                FrameDescriptor.encodeHello(
                        scratch,
                        tag,
                        self.incarnation(),
                        transport.livenessMs(),
                        self.address(),
                        remote));
    }

    @Override
    public boolean welcome(long tag, long remoteTag) {
        Endpoint self = transport.self();
        return send(
                FrameDescriptor.encodeWelcome(
                        scratch,
                        tag,
                        remoteTag,
                        self.incarnation(),
                        transport.livenessMs(),
                        self.address()));
    }

    @Override
    public boolean heartbeat(long tag, long remoteTag) {
        FrameDescriptor.header(scratch, FrameDescriptor.TYPE_HEARTBEAT, 0, tag, remoteTag);
        return send(FrameDescriptor.HEADER_LENGTH);
    }

    @Override
    public boolean goodbye(long tag, long remoteTag) {
        FrameDescriptor.header(scratch, FrameDescriptor.TYPE_GOODBYE, 0, tag, remoteTag);
        return send(FrameDescriptor.HEADER_LENGTH);
    }

    boolean refuse(long receiverTag, String why) {
        return send(FrameDescriptor.encodeRefused(scratch, receiverTag, why));
    }

    private boolean send(int length) {
        if (outflow == null) {
            return false;
        }
        Offer offer = outflow.offer(scratch, 0, length, scratch, 0, 0);
        if (offer == Offer.CLOSED) {
            ended = outflow;
        }
        return offer == Offer.TAKEN;
    }

    @Override
    public void connected(Endpoint endpoint, long tag, long remoteTag) {
        var headers = new DirectBuffer[Transport.MAX_SERVICE + 1];
        for (int service = 0; service < headers.length; service++) {
            var header = new UnsafeBuffer(new byte[FrameDescriptor.HEADER_LENGTH]);
            FrameDescriptor.header(header, FrameDescriptor.TYPE_MESSAGE, service, tag, remoteTag);
            headers[service] = header;
        }
        bulk =
                new BulkStream(
                        transport.self().address() + " to " + remote,
                        () -> transport.wire().open(remote, Lane.BULK),
                        transport.nanoTime());
        state = new LinkState.Connected(endpoint);
        pressed = false;
        session = new Session(outflow, bulk, headers);
        transport.connected(this, endpoint);
    }

    @Override
    public void lost(Endpoint endpoint, Loss loss) {
        session = null;
        state = new LinkState.Connecting(loss);
        transport.lost(this, endpoint, loss);
    }

    @Override
    public void ended(Loss reason) {
        state = new LinkState.Ended(reason);
        closeStreams();
        transport.ended(this);
    }

    private void closeStreams() {
        if (outflow != null) {
            outflow.close();
            outflow = null;
        }
        if (bulk != null) {
            bulk.close();
            bulk = null;
        }
    }
}
