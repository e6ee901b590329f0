package io.tharsis.transport.seal;

import static io.tharsis.transport.seal.HandshakeDescriptor.COOKIE_BUCKET;
import static io.tharsis.transport.seal.HandshakeDescriptor.COOKIE_MAC;
import static io.tharsis.transport.seal.HandshakeDescriptor.DESTINATION;
import static io.tharsis.transport.seal.HandshakeDescriptor.INITIATOR_ID;
import static io.tharsis.transport.seal.HandshakeDescriptor.INITIATOR_NONCE;
import static io.tharsis.transport.seal.HandshakeDescriptor.INITIATOR_SESSION;
import static io.tharsis.transport.seal.HandshakeDescriptor.LENGTH;
import static io.tharsis.transport.seal.HandshakeDescriptor.MAC;
import static io.tharsis.transport.seal.HandshakeDescriptor.MAC_LENGTH;
import static io.tharsis.transport.seal.HandshakeDescriptor.NONCE;
import static io.tharsis.transport.seal.HandshakeDescriptor.RESPONDER_ID;
import static io.tharsis.transport.seal.HandshakeDescriptor.RESPONDER_NONCE;
import static io.tharsis.transport.seal.HandshakeDescriptor.RESPONDER_NONCE_LENGTH;
import static io.tharsis.transport.seal.HandshakeDescriptor.RESPONDER_SESSION;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.tharsis.transport.seal.SealStats.Kind;

import org.agrona.concurrent.UnsafeBuffer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import javax.crypto.Mac;

/**
 * How two sockets come to a session: HELLO, CHALLENGE, PROOF, ACCEPT, each under a MAC of the
 * cluster's handshake key. The responder keeps nothing until a PROOF repeats a cookie of its own,
 * made seconds ago for this very address; a HELLO costs it one MAC, two if it has the key.
 *
 * <p>Fresh on both sides: the initiator's nonce is in the ACCEPT, the responder's cookie in the
 * PROOF, and the keys come from both nonces and both sockets' ids, so that nothing of an earlier
 * incarnation, or meant for another node, ever opens. There is no forward secrecy: who learns the
 * cluster's key can open what was recorded before.
 *
 * <p><b>Threads: one alone.</b>
 */
final class Handshake {
    /** For how long a cookie counts, at least; twice as long at most. */
    static final long BUCKET_NS = TimeUnit.SECONDS.toNanos(8);

    static final long FIRST_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(50);
    static final long LAST_RETRY_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long NONCE_LIFE_NS = TimeUnit.SECONDS.toNanos(10);

    private final SealContext context;
    private final Scratch scratch;
    private final SessionTable sessions;

    /** Which socket of which incarnation we are. */
    private final byte[] id;

    private final byte[] control;
    private final UnsafeBuffer view;

    Handshake(SealContext context, Scratch scratch, SessionTable sessions) {
        this.context = context;
        this.scratch = scratch;
        this.sessions = sessions;
        this.id = context.randomBytes(SealedDatagramDescriptor.ID);
        this.control = scratch.control;
        this.view = scratch.controlView;
    }

    /** Starts a handshake, or repeats its HELLO if it is time to. */
    void drive(Route route) throws IOException {
        long nowNs = context.clock.nanoTime();
        if (route.nonce != null && nowNs - route.nextTryNs < 0) {
            return;
        }
        if (route.nonce == null || nowNs - route.startedNs > NONCE_LIFE_NS) {
            start(route, nowNs);
        }
        long pauseNs = FIRST_RETRY_NS << Math.min(route.tries, 10);
        route.nextTryNs = nowNs + Math.min(pauseNs, LAST_RETRY_NS);
        route.tries++;
        route.awaitsChallenge = true;
        Arrays.fill(control, (byte) 0);
        view.putBytes(INITIATOR_ID, id);
        view.putBytes(INITIATOR_NONCE, route.nonce);
        view.putLong(INITIATOR_SESSION, route.number, BIG_ENDIAN);
        send(SealedDatagramDescriptor.HELLO, route.port, route.remote);
    }

    private void start(Route route, long nowNs) {
        route.nonce = context.randomBytes(NONCE);
        route.number = sessions.freeNumber();
        route.startedNs = nowNs;
    }

    /**
     * Handles the handshake datagram in the scratch.
     *
     * @return the session that can seal now, installed; null if there is none
     */
    Session receive(int kind, Port port, InetSocketAddress source) throws IOException {
        return switch (kind) {
            case SealedDatagramDescriptor.HELLO -> {
                onHello(port, source);
                yield null;
            }
            case SealedDatagramDescriptor.CHALLENGE -> {
                onChallenge(port, source);
                yield null;
            }
            case SealedDatagramDescriptor.PROOF -> {
                onProof(port, source);
                yield null;
            }
            default -> onAccept(port, source);
        };
    }

    private void onHello(Port port, InetSocketAddress source) throws IOException {
        if (!context.hellos.tryTake()) {
            context.count(Kind.RATE_LIMITED);
        } else if (!isOurKey(source)) {
            return;
        } else if (is(INITIATOR_ID, id)) {
            context.count(Kind.REFLECTED);
        } else {
            view.putBytes(RESPONDER_ID, id);
            int bucket = bucket();
            view.putInt(COOKIE_BUCKET, bucket, BIG_ENDIAN);
            view.putBytes(COOKIE_MAC, cookie(bucket, source));
            context.count(Kind.CHALLENGED);
            send(SealedDatagramDescriptor.CHALLENGE, port, source);
        }
    }

    private void onChallenge(Port port, InetSocketAddress source) throws IOException {
        Route route = is(INITIATOR_ID, id) ? pending(port, source) : null;
        if (route == null || !route.awaitsChallenge) {
            context.count(Kind.STALE);
        } else if (isOurKey(source)) {
            route.awaitsChallenge = false;
            AddressCode.write(view, DESTINATION, route.remote);
            send(SealedDatagramDescriptor.PROOF, port, route.remote);
        }
    }

    private void onProof(Port port, InetSocketAddress source) throws IOException {
        int age = bucket() - view.getInt(COOKIE_BUCKET, BIG_ENDIAN);
        if (!is(RESPONDER_ID, id) || (age != 0 && age != 1) || !isOurCookie(source)) {
            context.count(Kind.STALE);
            return;
        }
        if (!isOurKey(source)) {
            return;
        }
        InetSocketAddress dialled = AddressCode.read(control, DESTINATION);
        if (!isOurs(dialled, port)) {
            context.refuse(
                    Kind.WRONG_DESTINATION,
                    source,
                    "it dialled "
                            + dialled
                            + ", which is not the address of our socket at "
                            + port.outlet.local()
                            + "; if it is, behind a translation, say so in the seal's options");
            return;
        }
        byte[] nonce = Arrays.copyOfRange(control, INITIATOR_NONCE, INITIATOR_NONCE + NONCE);
        Session made = sessions.unconfirmed(nonce);
        if (made != null) {
            // Our ACCEPT was lost; the session is the same, or replays would take its place.
            System.arraycopy(made.accept, 0, control, 0, LENGTH);
            transmit(port, source);
        } else if (isAlreadyUsed(port, source, nonce)) {
            context.count(Kind.STALE);
        } else {
            view.putBytes(RESPONDER_NONCE, context.randomBytes(RESPONDER_NONCE_LENGTH));
            view.putLong(RESPONDER_SESSION, sessions.freeNumber(), BIG_ENDIAN);
            finish(SealedDatagramDescriptor.ACCEPT);
            Session session = new Session(context.key, control, false, port, source, source);
            session.accept = control.clone();
            sessions.addUnconfirmed(session);
            transmit(port, source);
        }
    }

    private Session onAccept(Port port, InetSocketAddress source) {
        Route route = is(INITIATOR_ID, id) ? pending(port, source) : null;
        if (route == null || view.getLong(INITIATOR_SESSION, BIG_ENDIAN) != route.number) {
            context.count(Kind.STALE);
            return null;
        }
        if (!isOurKey(source)) {
            return null;
        }
        Session session = new Session(context.key, control, true, port, route.remote, source);
        sessions.install(session);
        return session;
    }

    /** The route whose handshake the datagram in the scratch belongs to. */
    private Route pending(Port port, InetSocketAddress source) {
        Route route = port.find(source);
        if (route != null && route.nonce != null && is(INITIATOR_NONCE, route.nonce)) {
            return route;
        }
        // It may answer from another of its addresses.
        for (Route other : port.routes()) {
            if (other.nonce != null && is(INITIATOR_NONCE, other.nonce)) {
                return other;
            }
        }
        return null;
    }

    private static boolean isAlreadyUsed(Port port, InetSocketAddress source, byte[] nonce) {
        Route route = port.find(source);
        return route != null && (isOf(route.current, nonce) || isOf(route.previous, nonce));
    }

    private static boolean isOf(Session session, byte[] nonce) {
        return session != null && MessageDigest.isEqual(session.nonce, nonce);
    }

    private boolean isOurs(InetSocketAddress dialled, Port port) throws IOException {
        if (context.options.anyDestination()) {
            return true;
        }
        InetSocketAddress local = port.outlet.local();
        for (InetSocketAddress known : context.options.advertised()) {
            int knownPort = known.getPort() == 0 ? local.getPort() : known.getPort();
            if (knownPort == dialled.getPort() && known.getAddress().equals(dialled.getAddress())) {
                return true;
            }
        }
        return local.getPort() == dialled.getPort()
                && (local.getAddress().equals(dialled.getAddress())
                        || (local.getAddress().isAnyLocalAddress()
                                && isOfThisMachine(dialled.getAddress())));
    }

    private static boolean isOfThisMachine(InetAddress address) throws SocketException {
        return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    }

    private int bucket() {
        return (int) Math.floorDiv(context.clock.nanoTime(), BUCKET_NS);
    }

    private byte[] cookie(int bucket, InetSocketAddress source) {
        UnsafeBuffer salt = new UnsafeBuffer(new byte[4 + HandshakeDescriptor.ADDRESS]);
        salt.putInt(0, bucket, BIG_ENDIAN);
        AddressCode.write(salt, 4, source);
        Mac mac = scratch.cookieMac;
        mac.update(salt.byteArray());
        mac.update(control, INITIATOR_ID, COOKIE_BUCKET - INITIATOR_ID);
        return Arrays.copyOf(mac.doFinal(), MAC_LENGTH);
    }

    private boolean isOurCookie(InetSocketAddress source) {
        return is(COOKIE_MAC, cookie(view.getInt(COOKIE_BUCKET, BIG_ENDIAN), source));
    }

    private boolean isOurKey(InetSocketAddress source) {
        if (is(MAC, mac(scratch.handshakeMac, control, MAC))) {
            return true;
        }
        context.refuse(Kind.WRONG_KEY, source, "its handshake is under another cluster key");
        return false;
    }

    /** Whether the control datagram has these bytes; takes as long whether it has or not. */
    private boolean is(int offset, byte[] bytes) {
        return MessageDigest.isEqual(
                bytes, Arrays.copyOfRange(control, offset, offset + bytes.length));
    }

    static byte[] mac(Mac mac, byte[] bytes, int length) {
        mac.update(bytes, 0, length);
        return Arrays.copyOf(mac.doFinal(), MAC_LENGTH);
    }

    private void finish(int kind) {
        view.putLong(0, SealedDatagramDescriptor.head(kind, 0), BIG_ENDIAN);
        view.putBytes(MAC, mac(scratch.handshakeMac, control, MAC));
    }

    private void send(int kind, Port port, InetSocketAddress to) throws IOException {
        finish(kind);
        transmit(port, to);
    }

    private void transmit(Port port, InetSocketAddress to) throws IOException {
        context.count(Kind.HANDSHAKE_SENT);
        port.outlet.transmit(scratch.datagram(control, LENGTH), to);
    }
}
