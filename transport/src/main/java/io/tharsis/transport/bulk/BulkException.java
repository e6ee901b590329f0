package io.tharsis.transport.bulk;

/** A fetch that did not come to its end. What was received until then is in the target. */
public final class BulkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why. */
    public enum Reason {
        /** The other side has no such data, or could not open it. */
        REFUSED,
        /** It has another length than the target. */
        OTHER_SIZE,
        /** It became other data while it was fetched. */
        CHANGED,
        /** It arrived damaged again and again. */
        CORRUPT,
        /** The deadline passed. */
        EXPIRED,
        /**
         * The deadline passed while the lane of its data ended each time it was opened, although
         * there was a connection.
         */
        LANE_DEAD,
        /** It was cancelled. */
        CANCELLED,
        /** The transport or the link was closed. */
        CLOSED
    }

    private final Reason reason;

    BulkException(Reason reason, String text) {
        super(text);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
