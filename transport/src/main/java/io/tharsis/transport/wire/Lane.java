package io.tharsis.transport.wire;

/** The streams between two processes, each with room for its purpose. */
public enum Lane {
    /** Small frames, soon. */
    MESSAGES,
    /** Large ones, many. */
    BULK
}
