package io.tharsis.transport;

/**
 * Why a connection ended, or did not come about.
 *
 * @param cause the kind
 * @param text for people: who, and what was seen
 */
public record Loss(Cause cause, String text) {
    /** The kinds of loss. */
    public enum Cause {
        /** The other side closed the link or its transport. */
        CLOSED_BY_PEER,
        /** This side closed it. */
        CLOSED_HERE,
        /** Nothing was heard for as long as the transport waits. */
        SILENT,
        /** The other process came back as a new incarnation. */
        RESTARTED,
        /** The other side, the same process, lost this connection and made a new one. */
        RECONNECTED,
        /** The stream to the other side ended under us. */
        STREAM_ENDED,
        /** The wire itself broke, as when a media driver dies; it is built anew. */
        WIRE_BROKEN,
        /** The other side sent what is not a frame of ours. */
        MALFORMED,
        /** Who answers at the address refuses: it is another one, or speaks another version. */
        REFUSED,
        /** No answer to the attempts to connect. */
        UNREACHABLE
    }

    @Override
    public String toString() {
        return cause + ": " + text;
    }
}
