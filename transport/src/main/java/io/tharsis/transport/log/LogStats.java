package io.tharsis.transport.log;

/**
 * What a {@link ReplicatedLog} has counted.
 *
 * @param appended commands that were taken
 * @param answered those that ended with an answer
 * @param failed those at which the state machine threw
 * @param notApplied those that ended as {@code NotApplied}
 * @param unknown those that ended as {@code Unknown}
 * @param pending those under way
 * @param leaderChanges how often another leader was seen
 */
public record LogStats(
        long appended,
        long answered,
        long failed,
        long notApplied,
        long unknown,
        long pending,
        long leaderChanges) {}
