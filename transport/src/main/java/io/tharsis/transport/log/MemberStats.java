package io.tharsis.transport.log;

/**
 * What a {@link LogMember} has counted since it was made.
 *
 * @param applied the position of the last command that was applied
 * @param snapshot the position of the last snapshot that was taken or loaded; 0 if none
 * @param snapshots how many were taken
 * @param logStart the position at which its log begins, with what was purged before it
 * @param failures commands at which the state machine threw
 * @param answersDropped answers that could not be delivered because their client did not read
 * @param starts how often it was started: once, and again after each break
 * @param errors what the replication reported as errors
 */
public record MemberStats(
        long applied,
        long snapshot,
        long snapshots,
        long logStart,
        long failures,
        long answersDropped,
        long starts,
        long errors) {}
