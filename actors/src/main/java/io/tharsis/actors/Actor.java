package io.tharsis.actors;

/**
 * What an actor does with its messages; a class or a lambda. The system calls one method at a time,
 * and what one call wrote the next one sees, so an actor's fields need no locks.
 *
 * <p>The order of calls on one instance is: {@link #started}, any number of {@link #receive} and
 * {@link #signal}, then either {@link #restarting}, after which a new instance of the same factory
 * takes over, or {@link #stopped}. Whatever is thrown by {@code started}, {@code receive} and
 * {@code signal} is a failure, which the actor's {@link Supervision} decides about; what the other
 * two throw is logged.
 *
 * <p><b>Threads: called by a virtual thread of the system, not always the same.</b> A call may
 * block: it holds up this actor alone. A call that computes for long, or blocks in native code,
 * keeps a processor: as many of them as there are processors hold up all actors. It belongs to a
 * pool of threads; see {@link ActorContext#pipeToSelf}.
 *
 * @param <M> what it understands
 */
@FunctionalInterface
public interface Actor<M> {
    /** Handles one message. */
    void receive(M message, ActorContext<M> context) throws Exception;

    /** Called before everything else on this instance. */
    default void started(ActorContext<M> context) throws Exception {}

    /** Handles news of the system, such as the end of an actor that is watched. */
    default void signal(Signal signal, ActorContext<M> context) throws Exception {}

    /**
     * The last call on an instance that failed and will be replaced. Its timers are cancelled, and
     * its children stop, after this call.
     */
    default void restarting(Throwable cause, ActorContext<M> context) throws Exception {}

    /** The last call on the last instance; its children have stopped before. */
    default void stopped(ActorContext<M> context) throws Exception {}
}
