package io.tharsis.transport.seal;

import org.agrona.concurrent.UnsafeBuffer;

import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Two keys, one for each direction, between two sockets of one incarnation each; derived from the
 * cluster's key and what both drew by chance in their handshake. <b>Threads: one alone.</b>
 */
final class Session {
    private static final int KEY = 32;
    private static final int NONCE = 12;
    private static final int NONCE_COUNTER = 4;
    private static final int TAG_BITS = SealedDatagramDescriptor.TAG * Byte.SIZE;
    private static final int AUTHENTICATED =
            SealedDatagramDescriptor.HEADER + 2 * SealedDatagramDescriptor.ID;

    final Port port;

    /** Where to send. */
    final InetSocketAddress remote;

    /** Whence the other side's datagrams come: where we send, unless it has several addresses. */
    final InetSocketAddress source;

    /** The number under which we receive, and which finds the session. */
    final long number;

    /** The number under which the other side receives. */
    final long remoteNumber;

    /** The initiator's nonce. */
    final byte[] nonce;

    final ReplayWindow window = new ReplayWindow();

    /** Our ACCEPT, while nothing has come in under the session; null afterwards. */
    byte[] accept;

    Route route;
    long lastUsed;

    private final Direction sealing;
    private final Direction opening;
    private long sentDatagrams;
    private long sentBytes;

    /**
     * A session as an ACCEPT tells it.
     *
     * @param initiator whether we are the initiator
     */
    Session(
            ClusterKey key,
            byte[] accept,
            boolean initiator,
            Port port,
            InetSocketAddress remote,
            InetSocketAddress source) {
        this.port = port;
        this.remote = remote;
        this.source = source;
        this.nonce = slice(accept, HandshakeDescriptor.INITIATOR_NONCE, HandshakeDescriptor.NONCE);
        UnsafeBuffer view = new UnsafeBuffer(accept);
        long theirs =
                view.getLong(
                        initiator
                                ? HandshakeDescriptor.RESPONDER_SESSION
                                : HandshakeDescriptor.INITIATOR_SESSION,
                        ByteOrder.BIG_ENDIAN);
        this.number =
                view.getLong(
                        initiator
                                ? HandshakeDescriptor.INITIATOR_SESSION
                                : HandshakeDescriptor.RESPONDER_SESSION,
                        ByteOrder.BIG_ENDIAN);
        this.remoteNumber = theirs & SealedDatagramDescriptor.SESSION_MASK;

        // All of the ACCEPT but its kind, the cookie, which differs in repeats, and the MAC.
        byte[] keys =
                key.derive(
                        "session",
                        slice(
                                accept,
                                HandshakeDescriptor.RESPONDER_NONCE,
                                HandshakeDescriptor.RESPONDER_NONCE_LENGTH),
                        2 * KEY,
                        Arrays.copyOfRange(
                                accept,
                                HandshakeDescriptor.INITIATOR_ID,
                                HandshakeDescriptor.COOKIE_BUCKET),
                        Arrays.copyOfRange(
                                accept, HandshakeDescriptor.DESTINATION, HandshakeDescriptor.MAC));
        byte[] initiatorId =
                slice(accept, HandshakeDescriptor.INITIATOR_ID, SealedDatagramDescriptor.ID);
        byte[] responderId =
                slice(accept, HandshakeDescriptor.RESPONDER_ID, SealedDatagramDescriptor.ID);
        Direction there = new Direction(slice(keys, 0, KEY), initiatorId, responderId);
        Direction back = new Direction(slice(keys, KEY, KEY), responderId, initiatorId);
        sealing = initiator ? there : back;
        opening = initiator ? back : there;
    }

    /**
     * Seals a datagram.
     *
     * @return the bytes of it in {@code out}
     */
    int seal(byte[] plain, int length, byte[] out) {
        long counter = ++sentDatagrams;
        sentBytes += length;
        byte[] authenticated = sealing.authenticated;
        sealing.header.putLong(
                SealedDatagramDescriptor.SESSION_OFFSET,
                SealedDatagramDescriptor.head(SealedDatagramDescriptor.DATA, remoteNumber),
                ByteOrder.BIG_ENDIAN);
        sealing.header.putLong(
                SealedDatagramDescriptor.COUNTER_OFFSET, counter, ByteOrder.BIG_ENDIAN);
        System.arraycopy(authenticated, 0, out, 0, SealedDatagramDescriptor.HEADER);
        try {
            Cipher cipher = sealing.start(Cipher.ENCRYPT_MODE, counter);
            return SealedDatagramDescriptor.HEADER
                    + cipher.doFinal(plain, 0, length, out, SealedDatagramDescriptor.HEADER);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed to seal", e);
        }
    }

    /**
     * Opens a datagram whose counter is new.
     *
     * @return the bytes of it in {@code out}; -1 if it is forged
     */
    int open(byte[] sealed, int length, byte[] out) {
        System.arraycopy(sealed, 0, opening.authenticated, 0, SealedDatagramDescriptor.HEADER);
        long counter =
                opening.header.getLong(
                        SealedDatagramDescriptor.COUNTER_OFFSET, ByteOrder.BIG_ENDIAN);
        try {
            Cipher cipher = opening.start(Cipher.DECRYPT_MODE, counter);
            int body = length - SealedDatagramDescriptor.HEADER;
            return cipher.doFinal(sealed, SealedDatagramDescriptor.HEADER, body, out, 0);
        } catch (AEADBadTagException _) {
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed to open", e);
        }
    }

    /** Whether as much was sent as the limits say, {@code times} over. */
    boolean isSpent(SealOptions limits, int times) {
        return sentDatagrams / times >= limits.rekeyDatagrams()
                || sentBytes / times >= limits.rekeyBytes();
    }

    private static byte[] slice(byte[] bytes, int offset, int length) {
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    /** A key with what is authenticated beside the body: header, sender's id, receiver's id. */
    private static final class Direction {
        final byte[] authenticated = new byte[AUTHENTICATED];
        final UnsafeBuffer header = new UnsafeBuffer(authenticated);
        private final SecretKeySpec key;
        private final Cipher cipher;
        private final byte[] nonce = new byte[NONCE];
        private final UnsafeBuffer nonceView = new UnsafeBuffer(nonce);

        Direction(byte[] key, byte[] sender, byte[] receiver) {
            this.key = new SecretKeySpec(key, "AES");
            int offset = SealedDatagramDescriptor.HEADER;
            System.arraycopy(sender, 0, authenticated, offset, SealedDatagramDescriptor.ID);
            offset += SealedDatagramDescriptor.ID;
            System.arraycopy(receiver, 0, authenticated, offset, SealedDatagramDescriptor.ID);
            try {
                cipher = Cipher.getInstance("AES/GCM/NoPadding");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java has no AES/GCM/NoPadding", e);
            }
        }

        Cipher start(int mode, long counter) throws GeneralSecurityException {
            nonceView.putLong(NONCE_COUNTER, counter, ByteOrder.BIG_ENDIAN);
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(authenticated);
            return cipher;
        }
    }
}
