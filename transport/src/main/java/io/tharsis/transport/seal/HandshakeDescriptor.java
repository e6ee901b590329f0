package io.tharsis.transport.seal;

/**
 * The four datagrams of a handshake, which share one layout and one length, so that no answer is
 * longer than what it answers. What a step does not know yet is zero. All numbers big-endian.
 *
 * <pre>
 *    0  magic, kind; 6 bytes of zero
 *    8  id of the initiator's socket      16   \
 *   24  the initiator's nonce             16    > HELLO
 *   40  the initiator's session number     8   /
 *   48  id of the responder's socket      16   \  CHALLENGE, PROOF
 *   64  cookie: time bucket 4, MAC 16     20   /
 *   84  destination as dialled: IP 16, port 2   PROOF
 *  102  the responder's nonce             32   \  ACCEPT
 *  134  the responder's session number     8   /
 *  142  zero
 *  144  MAC of all before it              16   HMAC-SHA-256, cut, under the cluster's handshake key
 * </pre>
 */
final class HandshakeDescriptor {
    static final int INITIATOR_ID = 8;
    static final int INITIATOR_NONCE = 24;
    static final int INITIATOR_SESSION = 40;
    static final int RESPONDER_ID = 48;
    static final int COOKIE_BUCKET = 64;
    static final int COOKIE_MAC = 68;
    static final int DESTINATION = 84;
    static final int RESPONDER_NONCE = 102;
    static final int RESPONDER_SESSION = 134;
    static final int MAC = 144;
    static final int LENGTH = 160;

    static final int NONCE = 16;
    static final int RESPONDER_NONCE_LENGTH = 32;
    static final int ADDRESS = 18;
    static final int MAC_LENGTH = 16;

    private HandshakeDescriptor() {}
}
