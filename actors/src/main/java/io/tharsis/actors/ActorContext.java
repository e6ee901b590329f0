package io.tharsis.actors;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * What an actor can do about itself and with its system. It is the same object for the actor's
 * whole life.
 *
 * <p><b>Threads: for the actor's own methods alone, while they run.</b> Elsewhere all methods but
 * {@link #self}, {@link #system} and {@link #ask} throw {@link IllegalStateException}.
 *
 * @param <M> what the actor understands
 */
public final class ActorContext<M> {
    private final Life<M> life;

    ActorContext(Life<M> life) {
        this.life = life;
    }

    public ActorRef<M> self() {
        return life.cell;
    }

    public ActorSystem system() {
        return life.cell.system;
    }

    // --------------------------------------------------------------- children

    /** Spawns a child without a name of its own; see {@link ActorSystem#spawn(Supplier)}. */
    public <C> ActorRef<C> spawn(Supplier<? extends Actor<C>> factory) {
        return onTurn().spawn(factory, null, ActorOptions.defaults());
    }

    /** Spawns a child, which stops before this actor does. */
    public <C> ActorRef<C> spawn(Supplier<? extends Actor<C>> factory, String name) {
        return onTurn().spawn(factory, name, ActorOptions.defaults());
    }

    /** Spawns a child, which stops before this actor does. */
    public <C> ActorRef<C> spawn(
            Supplier<? extends Actor<C>> factory, String name, ActorOptions<C> options) {
        return onTurn().spawn(factory, name, options);
    }

    /** Spawns a child without a name of its own. */
    public <C> ActorRef<C> spawn(Supplier<? extends Actor<C>> factory, ActorOptions<C> options) {
        return onTurn().spawn(factory, null, options);
    }

    /** Stops this actor when the method that runs returns; its mailbox becomes dead letters. */
    public void stop() {
        onTurn().wantStop();
    }

    /**
     * Stops a child when its method that runs, if any, returns; its mailbox becomes dead letters.
     *
     * @throws IllegalArgumentException if it is not a child of this actor
     */
    public void stop(ActorRef<?> child) {
        if (!(child instanceof Cell<?> cell) || cell.parent != onTurn().cell) {
            throw new IllegalArgumentException(
                    child.name() + " is no child of " + life.cell.name());
        }
        cell.command(itsLife -> itsLife.stop(null));
    }

    // --------------------------------------------------------------- watching

    /**
     * Sends this actor a {@link Signal.Terminated} when {@code actor} has stopped; at once if that
     * has happened already. Once however often it is called.
     */
    public void watch(ActorRef<?> actor) {
        if (actor == onTurn().cell) {
            throw new IllegalArgumentException(actor.name() + " watches itself");
        }
        life.watch(actor);
    }

    /** After this call there is no {@code Terminated} of {@code actor}, also not one on its way. */
    public void unwatch(ActorRef<?> actor) {
        onTurn().unwatch(actor);
    }

    // ----------------------------------------------------------------- timers

    /** Sends this actor {@code message} after {@code delay}. */
    public void once(Duration delay, M message) {
        once(new Object(), delay, message);
    }

    /**
     * Sends this actor {@code message} after {@code delay}. It takes the place of a timer with an
     * equal key, even if that one's message is in the mailbox already. Timers end with a restart.
     */
    public void once(Object key, Duration delay, M message) {
        timer(key, delay, 0, message);
    }

    /**
     * Sends this actor {@code message} after each {@code period}; otherwise as {@link #once(Object,
     * Duration, Object)}. At most one waits in the mailbox: an actor that is too slow misses some.
     */
    public void every(Object key, Duration period, M message) {
        if (period.isZero()) {
            throw new IllegalArgumentException("a period is not 0");
        }
        timer(key, period, Restarts.nanos(period), message);
    }

    /** Ends a timer, whose message is not delivered any more; false if there was none. */
    public boolean cancelTimer(Object key) {
        onTurn();
        return life.timers != null && life.timers.cancel(key);
    }

    private void timer(Object key, Duration delay, long periodNs, M message) {
        onTurn();
        Objects.requireNonNull(message, "a message is not null");
        if (delay.isNegative()) {
            throw new IllegalArgumentException("a delay is not negative: " + delay);
        }
        if (life.timers == null) {
            life.timers = new Timers(life.cell);
        }
        life.timers.start(key, message, Restarts.nanos(delay), periodNs);
    }

    // ---------------------------------------------------------------- answers

    /**
     * Answers the request that is being handled. If it was told and not asked, nobody hears it.
     *
     * @throws IllegalArgumentException if {@code request} is not being handled; see {@link
     *     #replyTo}
     */
    public <R> void reply(Request<R> request, R answer) {
        onTurn().takeAsker(request).reply(answer);
    }

    /**
     * Takes the right to answer the request that is being handled, for later. Without it, an actor
     * that returns without an answer fails the ask.
     */
    public <R> ReplyTo<R> replyTo(Request<R> request) {
        return onTurn().takeAsker(request);
    }

    /**
     * Tells {@code to} a message in the name of whoever asked with the one that is being handled:
     * the answer goes there. If {@code to} does not take it, the ask fails.
     */
    public <T> Tell forward(ActorRef<T> to, T message) {
        return onTurn().forward(to, message);
    }

    /** As {@link ActorSystem#ask}; see {@link #pipeToSelf} for how to go on with the answer. */
    public <R, Q extends Request<R>> CompletableFuture<R> ask(
            ActorRef<? super Q> to, Q request, Duration deadline) {
        return Asking.ask(to, request, deadline);
    }

    /**
     * Sends this actor what {@code toMessage} makes of the result, or of the failure, of {@code
     * stage}. {@code toMessage} is called in the actor's turn. The mailbox's bound does not apply.
     */
    public <T> void pipeToSelf(
            CompletionStage<T> stage, BiFunction<? super T, ? super Throwable, M> toMessage) {
        Cell<M> cell = onTurn().cell;
        Objects.requireNonNull(toMessage);
        stage.whenComplete(
                (value, failure) ->
                        cell.enqueue(new Envelope.Piped<T>(toMessage, value, bare(failure))));
    }

    /**
     * Has {@code work} {@linkplain ActorSystem#compute computed} off the threads of actors, and
     * sends this actor what {@code toMessage} makes of the result or the failure, as {@link
     * #pipeToSelf} does.
     *
     * @param work must not touch the actor's state, which goes on handling messages meanwhile
     */
    public <T> void compute(
            Callable<T> work, BiFunction<? super T, ? super Throwable, M> toMessage) {
        onTurn();
        Objects.requireNonNull(toMessage);
        pipeToSelf(system().compute(work), toMessage);
    }

    private static Throwable bare(Throwable failure) {
        return failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
    }

    private Life<M> onTurn() {
        if (!life.isOnTurn()) {
            throw new IllegalStateException(
                    "the context of "
                            + life.cell.name()
                            + " was used outside of the actor's own methods");
        }
        return life;
    }
}
