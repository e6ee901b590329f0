package io.tharsis.actors;

/** News of the system to an actor, in order with the messages of the actor it speaks of. */
public sealed interface Signal {
    /**
     * An actor that is watched has stopped. All messages it had sent to the watcher came before,
     * but where the watcher has a priority mailbox.
     *
     * @param actor who has stopped
     * @param cause the failure that stopped it; null if it was stopped on purpose
     */
    record Terminated(ActorRef<?> actor, Throwable cause) implements Signal {}
}
