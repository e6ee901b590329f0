package io.tharsis.actors;

/**
 * What a system has counted.
 *
 * @param living actors that have been spawned and have not stopped
 * @param spawned actors ever
 * @param handled messages that were taken out of mailboxes, those of stopped actors too; counted at
 *     the end of turns
 * @param failures of actors, whatever was decided about them
 * @param restarts of actors
 * @param deadLetters messages that no actor handled
 * @param refusals tells and asks that found a full mailbox; a try of {@code tellWhenRoom} is one
 * @param computing work that {@linkplain ActorSystem#compute computes} now
 * @param toCompute such work that waits
 * @param computed such work that has ended, by an answer or a failure
 */
public record ActorStats(
        long living,
        long spawned,
        long handled,
        long failures,
        long restarts,
        long deadLetters,
        long refusals,
        int computing,
        int toCompute,
        long computed) {}
