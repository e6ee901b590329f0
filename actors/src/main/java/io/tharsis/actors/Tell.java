package io.tharsis.actors;

/** What became of a message that was told. */
public enum Tell {
    /** It is in the mailbox. It is handled unless the actor stops before that. */
    ACCEPTED,
    /** The mailbox is full; the message was not taken. */
    FULL,
    /** The actor has stopped or is stopping; the message is a dead letter. */
    STOPPED
}
