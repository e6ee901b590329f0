package io.tharsis.actors;

/** Who hears of an actor's end. */
interface Watcher {
    /**
     * Called once, in the turn that ended the actor.
     *
     * @param cause the failure that stopped it, or null
     */
    void ended(ActorRef<?> dead, Throwable cause);
}
