package io.tharsis.actors;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What an actor goes through: its start, its messages, failures, restarts, its end.
 *
 * <p><b>The turn's alone, but for {@link #doing} and {@link #children}.</b>
 */
final class Life<M> {
    final Cell<M> cell;

    /** Whom this actor watches. */
    private Set<ActorRef<?>> watching = Set.of();

    /** Made when the first is started. */
    Timers timers;

    private Supplier<? extends Actor<M>> factory;
    private ActorContext<M> context;
    private Actor<M> actor;

    /** While a turn runs, its thread. */
    private Thread thread;

    private M message;
    private ReplyTo<?> asker;
    private boolean askerTaken;
    private boolean forwarded;
    private boolean stopWanted;

    private Children children;
    private Set<Watcher> watchers = Set.of();
    private Restarts restarts;
    private Dispatcher.Scheduled pause;
    private boolean childrenClosed;
    private Throwable cause;

    Life(Cell<M> cell, Supplier<? extends Actor<M>> factory) {
        this.cell = cell;
        this.factory = factory;
    }

    @SuppressWarnings("unchecked") // the sender's compiler has checked it
    M cast(Object message) {
        return (M) message;
    }

    void enter() {
        thread = Thread.currentThread();
    }

    void leave() {
        thread = null;
    }

    boolean isOnTurn() {
        return thread == Thread.currentThread();
    }

    // ------------------------------------------------------------------ start

    void start() {
        if (cell.state() >= Cell.STOPPING) {
            return;
        }
        cell.become(Cell.RUNNING);
        if (context == null) {
            context = new ActorContext<>(this);
        }
        try {
            actor = Objects.requireNonNull(factory.get(), "the factory made no actor");
            actor.started(context);
        } catch (Throwable failure) {
            fail(failure);
        }
        afterOne();
    }

    // --------------------------------------------------------------- messages

    /** Handles a message of {@code from}, or of nobody who waits if that is null. */
    void receive(M received, ReplyTo<?> from) {
        message = received;
        asker = from;
        askerTaken = false;
        forwarded = false;
        try {
            actor.receive(received, context);
        } catch (Throwable failure) {
            if (from != null && !forwarded) {
                from.fail(failure);
            }
            fail(failure);
        }
        if (from != null) {
            if (!askerTaken && !forwarded && from.isOpen()) {
                from.leftUnanswered();
            }
            asker = null;
        }
        message = null;
    }

    /** Handles what {@code maker} makes; that it throws is the actor's failure. */
    void receiveMade(Supplier<M> maker) {
        M made;
        try {
            made = Objects.requireNonNull(maker.get(), "a message is not null");
        } catch (Throwable failure) {
            fail(failure);
            return;
        }
        receive(made, null);
    }

    void signal(Signal signal) {
        try {
            actor.signal(signal, context);
        } catch (Throwable failure) {
            fail(failure);
        }
    }

    /** After a message, what the actor has asked for meanwhile. */
    void afterOne() {
        if (stopWanted) {
            stopWanted = false;
            stop(null);
        }
    }

    void wantStop() {
        stopWanted = true;
    }

    <R> ReplyTo<R> takeAsker(Request<R> request) {
        if (request != message) {
            throw new IllegalArgumentException(
                    "not the message that is being handled: "
                            + request
                            + "; take the ReplyTo of a request while it is handled");
        }
        if (asker == null) {
            return ReplyTo.nobody(cell, request.getClass());
        }
        askerTaken = true;
        @SuppressWarnings("unchecked") // only requests of this answer are asked with it
        var typed = (ReplyTo<R>) asker;
        return typed;
    }

    <T> Tell forward(ActorRef<T> to, T forwardedMessage) {
        if (asker == null) {
            return to.tell(forwardedMessage);
        }
        ReplyTo<?> kept = asker;
        kept.isWith(to);
        // What cannot travel throws: then it is not forwarded.
        Tell tell = to.offer(forwardedMessage, kept);
        forwarded = true;
        if (tell != Tell.ACCEPTED) {
            kept.didNotRun(to.refusal(tell));
        }
        return tell;
    }

    // --------------------------------------------------------------- failures

    /** The actor, or a child that escalates, has failed with {@code failure}. */
    void fail(Throwable failure) {
        if (failure instanceof InterruptedException) {
            // The failure is the news; the runner's next turns are not concerned.
            Thread.interrupted();
        }
        if (cell.state() != Cell.RUNNING) {
            return;
        }
        Supervision decision = decide(failure);
        cell.system.failed(cell, failure, decision);
        if (decision instanceof Supervision.Restart rule && !stopWanted) {
            restart(failure, rule);
        } else if (decision != Supervision.Directive.RESUME || actor == null || stopWanted) {
            // Before the news of its end, by which a parent that restarts may go on.
            if (decision == Supervision.Directive.ESCALATE && cell.parent != null) {
                cell.parent.command(parent -> parent.fail(failure));
            }
            stop(failure);
        }
    }

    private Supervision decide(Throwable failure) {
        try {
            return cell.options.supervision().decide(failure);
        } catch (Throwable thrown) {
            if (thrown != failure) {
                failure.addSuppressed(thrown);
            }
            return Supervision.stop();
        }
    }

    private void restart(Throwable failure, Supervision.Restart rule) {
        if (restarts == null) {
            restarts = new Restarts();
        }
        long pauseNs = restarts.next(cell.dispatcher().nanoTime(), rule);
        if (pauseNs == Restarts.NO_MORE) {
            stop(failure);
            return;
        }
        if (actor != null) {
            last("restarting", () -> actor.restarting(failure, context));
        }
        actor = null;
        stopWanted = false;
        cell.become(Cell.RESTARTING);
        cell.system.restarting(cell, failure);
        cancelTimers();
        stopChildren();
        if (!watching.isEmpty()) {
            // The new instance has not heard of them.
            watching.removeIf(other -> other instanceof Cell<?> local && local.parent == cell);
        }
        if (pauseNs > 0) {
            var over = Duration.ofNanos(pauseNs);
            pause = cell.dispatcher().schedule(over, () -> cell.command(Life::pauseIsOver));
        }
        restartIfReady();
    }

    private void pauseIsOver() {
        pause = null;
        restartIfReady();
    }

    /** The new instance starts by a command, not here, so that failures do not nest. */
    private void restartIfReady() {
        if (cell.state() == Cell.RESTARTING && pause == null && hasNoChildren()) {
            cell.command(Life::restartNow);
        }
    }

    private void restartNow() {
        if (cell.state() == Cell.RESTARTING) {
            start();
        }
    }

    // -------------------------------------------------------------------- end

    /** Stops the children, then this actor; {@code why} is the failure, or null. */
    void stop(Throwable why) {
        if (cell.state() >= Cell.STOPPING) {
            return;
        }
        cause = why;
        if (why != null) {
            Log.warn(cell.name() + " stops, as it failed", why);
        }
        cell.become(Cell.STOPPING);
        cancelTimers();
        if (pause != null) {
            pause.cancel();
        }
        childrenClosed = true;
        stopChildren();
        endIfReady();
    }

    private void endIfReady() {
        if (cell.state() != Cell.STOPPING || !hasNoChildren()) {
            return;
        }
        if (actor != null) {
            last("stopped", () -> actor.stopped(context));
        }
        cancelTimers();
        actor = null;
        context = null;
        factory = null;
        watching.forEach(other -> other.removeWatcher(cell));
        watching = Set.of();
        cell.drain();
        cell.become(Cell.STOPPED);
        cell.system.ended(cell);
        watchers.forEach(watcher -> watcher.ended(cell, cause));
        watchers = Set.of();
        if (cell.parent != null) {
            cell.parent.command(parent -> parent.childEnded(cell));
        }
    }

    /** A last call on an instance, whose errors change nothing any more. */
    private void last(String name, Call call) {
        cell.dispatcher().forgetInterrupt();
        try {
            call.run();
        } catch (Throwable thrown) {
            Log.warn(cell.name() + " threw in " + name, thrown);
        }
    }

    private void cancelTimers() {
        if (timers != null) {
            timers.cancelAll();
        }
    }

    // --------------------------------------------------- children and watchers

    Children children() {
        return children;
    }

    <C> ActorRef<C> spawn(
            Supplier<? extends Actor<C>> childFactory, String name, ActorOptions<C> options) {
        if (childrenClosed || cell.state() != Cell.RUNNING) {
            throw new IllegalStateException(cell.name() + " is stopping and spawns no more");
        }
        if (children == null) {
            children = new Children();
        }
        return cell.system.spawn(cell, children, childFactory, name, options);
    }

    private void stopChildren() {
        if (children != null) {
            children.stopAll();
        }
    }

    private boolean hasNoChildren() {
        return children == null || children.isEmpty();
    }

    private void childEnded(Cell<?> child) {
        children.remove(child);
        restartIfReady();
        endIfReady();
    }

    void watch(ActorRef<?> other) {
        if (watching.isEmpty()) {
            watching = new LinkedHashSet<>();
        }
        if (watching.add(other)) {
            other.addWatcher(cell);
        }
    }

    void unwatch(ActorRef<?> other) {
        if (watchesNoLonger(other)) {
            other.removeWatcher(cell);
        }
    }

    /** False if it did not watch {@code other}. */
    boolean watchesNoLonger(ActorRef<?> other) {
        return !watching.isEmpty() && watching.remove(other);
    }

    void addWatcher(Watcher watcher) {
        if (cell.state() == Cell.STOPPED) {
            watcher.ended(cell, cause);
        } else {
            if (watchers.isEmpty()) {
                watchers = new LinkedHashSet<>();
            }
            watchers.add(watcher);
        }
    }

    void removeWatcher(Watcher watcher) {
        if (!watchers.isEmpty()) {
            watchers.remove(watcher);
        }
    }

    // -------------------------------------------------------------------- dump

    /** The class of the message being handled, or null. From any thread; it may be old news. */
    Class<?> handling() {
        M handled = message;
        return handled == null ? null : handled.getClass();
    }

    /** From any thread; it may be old news. */
    String doing() {
        Class<?> handled = handling();
        return handled == null ? "was idle" : "was handling a " + handled.getName() + since();
    }

    private String since() {
        for (Dispatcher.Running running : cell.dispatcher().running()) {
            if (running.turn() == cell) {
                return " for " + running.sinceNanos() / 1_000_000 + " ms";
            }
        }
        return "";
    }

    /** A call that may throw. */
    @FunctionalInterface
    private interface Call {
        void run() throws Exception;
    }
}
