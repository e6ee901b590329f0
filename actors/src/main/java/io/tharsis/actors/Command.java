package io.tharsis.actors;

/**
 * What one actor, or the system, wants of another: done in that one's turn, before its messages,
 * even while it waits for a restart or has stopped.
 */
@FunctionalInterface
interface Command {
    void applyTo(Life<?> life);
}
