package io.tharsis.transport.log;

/** What a {@link LogMember} is to the others. */
public enum Role {
    /** It takes commands and gives them to the others. At most one that a majority agrees with. */
    LEADER,
    /** It follows a leader, or has lost it and takes part in finding one. */
    FOLLOWER,
    /** It is starting, broken or closed. */
    NONE
}
