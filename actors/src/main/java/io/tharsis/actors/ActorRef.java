package io.tharsis.actors;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * What others hold of an actor: its address. It stays valid when the actor is restarted, and can be
 * held after it has stopped. Two references are equal if they are of the same actor.
 *
 * <p>Messages of one thread, or of one actor, to one other actor are handled in the order they were
 * accepted (but for priority mailboxes), each at most once.
 *
 * <p>Thread-safe.
 *
 * @param <M> what the actor understands
 */
public abstract sealed class ActorRef<M> permits Cell, RemoteRef {
    ActorRef() {}

    /** The path of the actor: the names of its ancestors and its own. */
    public abstract String name();

    /**
     * Puts a message into the actor's mailbox. Never blocks.
     *
     * <p>A bounded mailbox is full when as many messages as its capacity wait in it. Threads that
     * tell at the same moment may each get one in beyond that. It is full, too, while messages of
     * {@link #tellWhenRoom} wait for it.
     */
    public abstract Tell tell(M message);

    /**
     * Puts a message into the mailbox as soon as there is room, in the order of calls. The answer
     * is {@code FULL} if there was none before the deadline.
     */
    public abstract CompletableFuture<Tell> tellWhenRoom(M message, Duration deadline);

    /**
     * Stops the actor when it has handled what is in its mailbox now. What it is told after this
     * call becomes a dead letter.
     */
    public abstract void stop();

    /** True once the actor's last method has returned. */
    public abstract boolean isStopped();

    // What the package wants of wherever the actor is.

    /** Tells a request whose answer goes to {@code asker}; what is not accepted is not answered. */
    abstract Tell offer(M request, ReplyTo<?> asker);

    /** Has the end of the actor told to {@code watcher}, once. */
    abstract void addWatcher(Watcher watcher);

    abstract void removeWatcher(Watcher watcher);

    /** What the actor is doing, in words; for messages of errors, from any thread. */
    abstract String doing();

    /** Why it did not take a message, in words. */
    abstract String refusal(Tell tell);

    /** Whose clock its asks see. */
    abstract Dispatcher dispatcher();

    /** Where an answer of it will be. */
    <R> CompletableFuture<R> answer() {
        return new CompletableFuture<>();
    }
}
