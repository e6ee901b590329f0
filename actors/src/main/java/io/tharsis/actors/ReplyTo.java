package io.tharsis.actors;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Who asked, and waits. An actor takes it from its context to answer later, from any thread. The
 * first answer counts.
 *
 * <p>What hangs on the future of the ask without an executor of its own runs on the thread that
 * answers.
 *
 * <p>Thread-safe.
 *
 * @param <R> the type of the answer
 */
public final class ReplyTo<R> {
    private final CompletableFuture<R> future = new CompletableFuture<>();
    private final Cell<?> asked;
    private final Class<?> request;

    /** Who has the request now: it may have been forwarded. */
    private volatile Cell<?> with;

    private volatile Dispatcher.Scheduled deadline;

    ReplyTo(Cell<?> asked, Class<?> request) {
        this.asked = asked;
        this.request = request;
        this.with = asked;
    }

    /** Of a message that was told: nobody hears the answer. */
    static <R> ReplyTo<R> nobody(Cell<?> asked, Class<?> request) {
        ReplyTo<R> nobody = new ReplyTo<>(asked, request);
        nobody.future.cancel(false);
        return nobody;
    }

    /** Answers; false if nobody waits: it was told, was answered, or its deadline has passed. */
    public boolean reply(R answer) {
        if (!future.complete(Objects.requireNonNull(answer, "an answer is not null"))) {
            return false;
        }
        release();
        return true;
    }

    /** Fails the ask with {@code cause}, as if the actor had thrown it; false as in reply. */
    public boolean fail(Throwable cause) {
        Objects.requireNonNull(cause);
        return end(new AskException.Failed(asked.name(), request, cause));
    }

    CompletableFuture<R> future() {
        return future;
    }

    boolean isOpen() {
        return !future.isDone();
    }

    void isWith(Cell<?> cell) {
        with = cell;
    }

    void until(Duration after) {
        deadline = asked.dispatcher().schedule(after, () -> expire(after));
        if (future.isDone()) {
            release();
        }
    }

    private void expire(Duration after) {
        if (isOpen()) {
            Cell<?> now = with;
            String who = now == asked ? "it" : now.name() + ", to which it was forwarded,";
            end(
                    new AskException.Expired(
                            asked.name(),
                            request,
                            "did not answer within " + after + "; " + who + " " + now.doing()));
        }
    }

    void didNotRun(String why) {
        end(new AskException.DidNotRun(asked.name(), request, why));
    }

    void leftUnanswered() {
        end(new AskException.Unanswered(asked.name(), request));
    }

    private boolean end(AskException failure) {
        if (!future.completeExceptionally(failure)) {
            return false;
        }
        release();
        return true;
    }

    private void release() {
        Dispatcher.Scheduled scheduled = deadline;
        if (scheduled != null) {
            scheduled.cancel();
        }
    }
}
