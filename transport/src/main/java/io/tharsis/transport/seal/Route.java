package io.tharsis.transport.seal;

import java.net.InetSocketAddress;

/**
 * The way from a port to a remote address: the session that seals what is sent, the one before it,
 * which still opens what was on its way, and the handshake that is under way, if any. <b>Threads:
 * one alone.</b>
 */
final class Route {
    /** The longest datagram that is held until there is a session; longer ones are dropped. */
    static final int MAX_HELD = 256;

    final Port port;
    final InetSocketAddress remote;
    Session current;
    Session previous;

    /** When it was last used, in the ticks of the session table. */
    long lastUsed;

    /** Our nonce in the handshake under way; null if there is none. */
    byte[] nonce;

    /** The number that we gave the session to be. */
    long number;

    long startedNs;
    long nextTryNs;
    int tries;

    /** Whether a HELLO is out that no CHALLENGE has answered. */
    boolean awaitsChallenge;

    private final byte[] held = new byte[MAX_HELD];
    private int heldLength;

    Route(Port port, InetSocketAddress remote) {
        this.port = port;
        this.remote = remote;
    }

    /** Keeps a copy of a short datagram, in the place of any kept before. */
    void hold(byte[] datagram, int length) {
        if (length <= MAX_HELD) {
            System.arraycopy(datagram, 0, held, 0, length);
            heldLength = length;
        }
    }

    /** Takes what was held, into {@code to}; answers its length, 0 if there is nothing. */
    int takeHeld(byte[] to) {
        int length = heldLength;
        System.arraycopy(held, 0, to, 0, length);
        heldLength = 0;
        return length;
    }

    /** Ends the handshake under way. */
    void settle() {
        nonce = null;
        awaitsChallenge = false;
        tries = 0;
    }
}
