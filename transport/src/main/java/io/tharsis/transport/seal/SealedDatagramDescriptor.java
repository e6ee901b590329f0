package io.tharsis.transport.seal;

/**
 * A sealed datagram, all numbers big-endian.
 *
 * <pre>
 *   0        1        2                                8                                16
 *  +--------+--------+--------------------------------+--------------------------------+
 *  | magic  | kind   | session, 48 bits               | counter, 64 bits               |
 *  +--------+--------+--------------------------------+--------------------------------+
 *  | what Aeron sent, AES-256-GCM                                                    ...
 *  +-----------------------------------------------------------------------------------+
 *  | tag, 16 bytes                                                                     |
 *  +-----------------------------------------------------------------------------------+
 * </pre>
 *
 * <p>The session number is the receiver's, drawn by chance; it only finds the key, what proves the
 * datagram is the tag. The counter starts at 1, is the nonce, and is never used twice with a key.
 * Authenticated along with the body: the header, the 16-byte id of the sending socket and that of
 * the receiving one.
 *
 * <p>The hint that a session is unknown has a header of its kind, which repeats session and counter
 * of what was not understood, and a tag of 16 bytes: HMAC-SHA-256 of the header, cut.
 */
final class SealedDatagramDescriptor {
    static final int SESSION_OFFSET = 0;
    static final int COUNTER_OFFSET = 8;
    static final int HEADER = 16;
    static final int TAG = 16;

    /** Bytes of the id of a socket. */
    static final int ID = 16;

    /** Magic and kind, as the first two bytes; the high digit of the kind is the version. */
    static final int DATA = 0xA710;

    static final int HELLO = 0xA711;
    static final int CHALLENGE = 0xA712;
    static final int PROOF = 0xA713;
    static final int ACCEPT = 0xA714;
    static final int UNKNOWN_SESSION = 0xA715;

    /** The bits of a session number. */
    static final long SESSION_MASK = (1L << 48) - 1;

    private SealedDatagramDescriptor() {}

    static int kind(long head) {
        return (int) (head >>> 48);
    }

    static long head(int kind, long session) {
        return (long) kind << 48 | session;
    }
}
