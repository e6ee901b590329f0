package io.tharsis.actors;

/**
 * What a system has counted.
 *
 * @param living actors that have been spawned and have not stopped
 * @param spawned actors ever
 * @param failures of actors, whatever was decided about them
 * @param restarts of actors
 * @param deadLetters messages that no actor handled
 * @param refusals tells and asks that found a full mailbox; a try of {@code tellWhenRoom} is one
 */
public record ActorStats(
        long living, long spawned, long failures, long restarts, long deadLetters, long refusals) {}
