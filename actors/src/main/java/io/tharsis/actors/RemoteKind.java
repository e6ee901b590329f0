package io.tharsis.actors;

/**
 * What systems say to each other, after the byte of the kind; little-endian, as {@code Encoder}
 * writes it. "target" is the id of the system (long) and the number of the actor (long), "value"
 * what {@code MessageCodecs} writes, to the end.
 *
 * <ul>
 *   <li>TELL: target, value
 *   <li>TELL_WHEN_ROOM: request (long), target, patience in ms (long), value; answered by TOLD
 *   <li>ASK: target, request, patience in ms, value; answered by REPLY or FAIL
 *   <li>REPLY: request, value
 *   <li>FAIL: request, kind of failure (byte), text
 *   <li>TOLD: request, ordinal of {@link Tell} (byte)
 *   <li>STOP, WATCH, UNWATCH: target
 *   <li>ENDED: target, whether it failed (byte), text
 *   <li>SPAWN: request, name of the factory, name of the actor or null, value; answered as ASK
 *   <li>LOOKUP: request, path; answered as ASK, with null if there is none
 * </ul>
 */
final class RemoteKind {
    static final byte TELL = 1;
    static final byte TELL_WHEN_ROOM = 2;
    static final byte ASK = 3;
    static final byte REPLY = 4;
    static final byte FAIL = 5;
    static final byte TOLD = 6;
    static final byte STOP = 7;
    static final byte WATCH = 8;
    static final byte UNWATCH = 9;
    static final byte ENDED = 10;
    static final byte SPAWN = 11;
    static final byte LOOKUP = 12;

    static final byte DID_NOT_RUN = 1;
    static final byte FAILED = 2;
    static final byte DROPPED = 3;
    static final byte UNANSWERED = 4;
    static final byte EXPIRED = 5;

    private RemoteKind() {}
}
