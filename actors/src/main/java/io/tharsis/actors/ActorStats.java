package io.tharsis.actors;

/**
 * What a system has counted.
 *
 * @param living actors that have been spawned and have not stopped
 * @param spawned actors ever
 * @param failures of actors, whatever was decided about them
 * @param restarts of actors
 * @param deadLetters messages that no actor handled
 */
public record ActorStats(
        long living, long spawned, long failures, long restarts, long deadLetters) {}
