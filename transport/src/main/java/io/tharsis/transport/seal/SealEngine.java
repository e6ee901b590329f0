package io.tharsis.transport.seal;

import static io.tharsis.transport.seal.SealedDatagramDescriptor.COUNTER_OFFSET;
import static io.tharsis.transport.seal.SealedDatagramDescriptor.HEADER;
import static io.tharsis.transport.seal.SealedDatagramDescriptor.SESSION_MASK;
import static io.tharsis.transport.seal.SealedDatagramDescriptor.TAG;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.aeron.protocol.HeaderFlyweight;
import io.tharsis.transport.seal.SealStats.Kind;

import org.agrona.MutableDirectBuffer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Seals and opens the datagrams of an endpoint. What comes in goes through {@link #open} first; if
 * it opened, {@link #confirm} says whether it came from where it should, and if it is for the seal
 * itself, {@link #handle} answers it: Aeron tells the source only after it has validated a frame.
 *
 * <p><b>Threads: one alone</b>, the driver's sender or receiver.
 */
final class SealEngine {
    /** {@link #open}: drop it. */
    static final int REFUSED = -1;

    /** {@link #open}: it is not Aeron's; give its source to {@link #handle}. */
    static final int CONTROL = -2;

    private static final int HINT = HEADER + TAG;

    private final SealContext context;
    private final Scratch scratch;
    private final SessionTable sessions;
    private final Handshake handshake;
    private Session opened;
    private int controlKind;

    SealEngine(SealContext context, Scratch scratch) {
        this.context = context;
        this.scratch = scratch;
        this.sessions = new SessionTable(context);
        this.handshake = new Handshake(context, scratch, sessions);
    }

    /**
     * Sends a datagram sealed. Where there is no session yet it is dropped, as a network may, and a
     * handshake is made; the last short one is sent as soon as that has come about.
     *
     * @param plain from its position to its limit; not changed, its position goes to its limit if
     *     it was taken
     * @return what a channel should say: the plain length, or 0 if the socket has no room
     * @throws IOException if the socket does, or if the datagram is too long to be sealed
     */
    int send(Port port, InetSocketAddress to, ByteBuffer plain) throws IOException {
        int length = plain.remaining();
        if (length > Seal.MAX_MTU) {
            throw new IOException(
                    "a datagram of "
                            + length
                            + " bytes cannot be sealed: the mtu is at most "
                            + Seal.MAX_MTU);
        }
        int taken = length;
        if (!to.isUnresolved()) {
            Route route = sessions.routeTo(port, to);
            plain.get(plain.position(), scratch.in, 0, length);
            Session session = usable(route, length);
            if (session != null && transmit(session, length) == 0) {
                taken = 0;
            }
        }
        plain.position(plain.position() + taken);
        return taken;
    }

    /** The session to seal with; null after noting why there is none. */
    private Session usable(Route route, int length) throws IOException {
        Session session = route.current;
        if (session == null) {
            route.hold(scratch.in, length);
            context.count(Kind.WAITING);
            handshake.drive(route);
            return null;
        }
        if (route.nonce != null || session.isSpent(context.options, 1)) {
            handshake.drive(route);
        }
        if (session.isSpent(context.options, 4)) {
            context.count(Kind.EXHAUSTED);
            return null;
        }
        return session;
    }

    private int transmit(Session session, int length) throws IOException {
        int sealed = session.seal(scratch.in, length, scratch.out);
        sessions.use(session);
        ByteBuffer datagram = scratch.datagram(scratch.out, sealed);
        int sent = session.port.outlet.transmit(datagram, session.remote);
        if (sent > 0) {
            context.count(Kind.SEALED);
        }
        return sent;
    }

    /**
     * Opens a datagram that has come in, in place.
     *
     * @return its plain length, {@link #REFUSED} or {@link #CONTROL}
     */
    int open(MutableDirectBuffer datagram, int length) {
        if (length < HEADER) {
            return refuse(Kind.MALFORMED);
        }
        long head = datagram.getLong(0, BIG_ENDIAN);
        controlKind = SealedDatagramDescriptor.kind(head);
        return switch (controlKind) {
            case SealedDatagramDescriptor.DATA -> openData(datagram, length, head & SESSION_MASK);
            case SealedDatagramDescriptor.HELLO,
                    SealedDatagramDescriptor.CHALLENGE,
                    SealedDatagramDescriptor.PROOF,
                    SealedDatagramDescriptor.ACCEPT ->
                    keep(datagram, length, HandshakeDescriptor.LENGTH);
            case SealedDatagramDescriptor.UNKNOWN_SESSION -> keep(datagram, length, HINT);
            default -> refuse(isAerons(datagram, length) ? Kind.UNSEALED : Kind.MALFORMED);
        };
    }

    private int openData(MutableDirectBuffer datagram, int length, long number) {
        if (length < HEADER + TAG) {
            return refuse(Kind.MALFORMED);
        }
        Session session = sessions.find(number);
        if (session == null) {
            refuse(Kind.UNKNOWN_SESSION);
            return context.hints.tryTake() ? keep(datagram, length, length) : REFUSED;
        }
        long counter = datagram.getLong(COUNTER_OFFSET, BIG_ENDIAN);
        if (!session.window.isNew(counter)) {
            return refuse(Kind.REPLAYED);
        }
        datagram.getBytes(0, scratch.in, 0, length);
        int plain = session.open(scratch.in, length, scratch.out);
        if (plain < 0) {
            return refuse(Kind.BAD_TAG);
        }
        session.window.note(counter);
        datagram.putBytes(0, scratch.out, 0, plain);
        opened = session;
        return plain;
    }

    /** Whether the datagram opened last came from its session's other end. */
    boolean confirm(Port port, InetSocketAddress source) throws IOException {
        Session session = opened;
        if (session.port != port || !session.source.equals(source)) {
            context.count(Kind.WRONG_SOURCE);
            // Its address may have changed on the way; with a new session all is well again.
            if (context.hints.tryTake()) {
                scratch.controlView.putLong(0, session.number, BIG_ENDIAN);
                scratch.controlView.putLong(COUNTER_OFFSET, 0);
                sendHint(port, source);
            }
            return false;
        }
        context.count(Kind.OPENED);
        if (session.accept != null) {
            sessions.install(session);
            sendHeld(session);
        }
        sessions.use(session);
        return true;
    }

    /** Handles the control datagram that {@link #open} has just kept. */
    void handle(Port port, InetSocketAddress source) throws IOException {
        switch (controlKind) {
            case SealedDatagramDescriptor.DATA -> sendHint(port, source);
            case SealedDatagramDescriptor.UNKNOWN_SESSION -> onHint(port, source);
            default -> {
                Session session = handshake.receive(controlKind, port, source);
                if (session != null) {
                    sendHeld(session);
                }
            }
        }
    }

    /** Forgets the sessions of a port that is closed. */
    void close(Port port) {
        sessions.dropAll(port);
    }

    int sessionCount() {
        return sessions.size();
    }

    private void sendHeld(Session session) throws IOException {
        int held = session.route.takeHeld(scratch.in);
        if (held > 0) {
            transmit(session, held);
        }
    }

    /** Tells the other side that it should make a new session: half of it has restarted. */
    private void sendHint(Port port, InetSocketAddress source) throws IOException {
        long number = scratch.controlView.getLong(0, BIG_ENDIAN) & SESSION_MASK;
        scratch.controlView.putLong(
                0,
                SealedDatagramDescriptor.head(SealedDatagramDescriptor.UNKNOWN_SESSION, number),
                BIG_ENDIAN);
        byte[] mac = Handshake.mac(scratch.handshakeMac, scratch.control, HEADER);
        scratch.controlView.putBytes(HEADER, mac);
        context.count(Kind.HANDSHAKE_SENT);
        port.outlet.transmit(scratch.datagram(scratch.control, HINT), source);
    }

    /** At worst, if an old one is played back, makes a handshake that was not needed. */
    private void onHint(Port port, InetSocketAddress source) throws IOException {
        Route route = port.find(source);
        long number = scratch.controlView.getLong(0, BIG_ENDIAN) & SESSION_MASK;
        if (route == null || route.current == null || route.current.remoteNumber != number) {
            context.count(Kind.STALE);
            return;
        }
        byte[] mac = Handshake.mac(scratch.handshakeMac, scratch.control, HEADER);
        byte[] theirs = Arrays.copyOfRange(scratch.control, HEADER, HINT);
        if (MessageDigest.isEqual(mac, theirs)) {
            handshake.drive(route);
        } else {
            context.refuse(Kind.WRONG_KEY, source, "its hint is under another cluster key");
        }
    }

    /** Copies what is for the seal itself, if its length is right. */
    private int keep(MutableDirectBuffer datagram, int length, int rightLength) {
        if (length != rightLength) {
            return refuse(Kind.MALFORMED);
        }
        datagram.getBytes(0, scratch.control, 0, Math.min(length, scratch.control.length));
        return CONTROL;
    }

    private int refuse(Kind kind) {
        context.count(kind);
        return REFUSED;
    }

    private static boolean isAerons(MutableDirectBuffer datagram, int length) {
        int type = datagram.getShort(HeaderFlyweight.TYPE_FIELD_OFFSET, LITTLE_ENDIAN);
        return length >= HeaderFlyweight.MIN_HEADER_LENGTH
                && datagram.getByte(HeaderFlyweight.VERSION_FIELD_OFFSET)
                        == HeaderFlyweight.CURRENT_VERSION
                && type >= HeaderFlyweight.HDR_TYPE_PAD
                && type <= HeaderFlyweight.HDR_TYPE_RSP_SETUP;
    }
}
