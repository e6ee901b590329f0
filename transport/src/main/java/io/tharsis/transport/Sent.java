package io.tharsis.transport;

/** What became of a message that was offered to a {@link Link}. Only {@code SENT} took it. */
public enum Sent {
    /** It is on its way, and arrives unless the link is lost first. */
    SENT,
    /**
     * There is no room now: the other side, or the wire, is slower than we are. {@link
     * LinkListener#writable} says when to go on.
     */
    BACK_PRESSURED,
    /** The link has no connection now; {@link Link#state} says why. */
    NOT_CONNECTED,
    /** The link or its transport is closed, for good. */
    CLOSED
}
