package io.tharsis.actors;

import io.tharsis.transport.Loss;

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
    private final CompletableFuture<R> future;
    private final ActorRef<?> asked;
    private final Class<?> request;
    private final Duration patience;

    /** Who has the request now: it may have been forwarded. */
    private volatile ActorRef<?> with;

    /** Whether an actor has begun to handle it. */
    private volatile boolean hasRun;

    ReplyTo(ActorRef<?> asked, Class<?> request, Duration patience) {
        this.asked = asked;
        this.request = request;
        this.patience = patience;
        this.with = asked;
        this.future = asked.answer();
    }

    /** Of a message that was told: nobody hears the answer. */
    static <R> ReplyTo<R> nobody(ActorRef<?> asked, Class<?> request) {
        ReplyTo<R> nobody = new ReplyTo<>(asked, request, Duration.ZERO);
        nobody.future.complete(null);
        return nobody;
    }

    /**
     * Answers, with null too; false if nobody waits: it was told, was answered, or its deadline has
     * passed.
     */
    public boolean reply(R answer) {
        return future.complete(answer);
    }

    /** Answers with what came from elsewhere, or was made by {@link #reply} of any type. */
    @SuppressWarnings("unchecked")
    void replyAny(Object answer) {
        future.complete((R) answer);
    }

    /** Fails the ask with {@code cause}, as if the actor had thrown it; false as in reply. */
    public boolean fail(Throwable cause) {
        Objects.requireNonNull(cause);
        return end(new AskException.Failed(asked.name(), request, cause));
    }

    CompletableFuture<R> future() {
        return future;
    }

    /** Has a thread that waits for the answer do {@code end}; false if none can. */
    boolean hand(Runnable end) {
        return future instanceof Answer<?> answer && answer.hand(end);
    }

    boolean isOpen() {
        return !future.isDone();
    }

    void isWith(ActorRef<?> actor) {
        with = actor;
    }

    void runs() {
        hasRun = true;
    }

    /** Has the time run, after which it expires. */
    void begin() {
        Dispatcher.Scheduled deadline = asked.dispatcher().schedule(patience, this::expire);
        future.whenComplete((_, _) -> deadline.cancel());
    }

    private void expire() {
        if (isOpen()) {
            ActorRef<?> now = with;
            String who = now == asked ? "it" : now.name() + ", to which it was forwarded,";
            end(
                    new AskException.Expired(
                            asked.name(),
                            request,
                            "did not answer within " + patience + "; " + who + " " + now.doing()));
        }
    }

    void didNotRun(String why) {
        end(
                hasRun
                        ? new AskException.Dropped(asked.name(), request, why)
                        : new AskException.DidNotRun(asked.name(), request, why));
    }

    void lost(Loss loss) {
        end(new AskException.Lost(asked.name(), request, loss));
    }

    /** It has not left this process. */
    void unsent(Loss loss) {
        String why = "it was not sent; " + loss;
        end(
                hasRun
                        ? new AskException.Dropped(asked.name(), request, why)
                        : new AskException.DidNotRun(asked.name(), request, why, loss));
    }

    /** It has run, and was forwarded in vain, where it went. */
    void dropped(String why) {
        end(new AskException.Dropped(asked.name(), request, why));
    }

    void whenDone(Runnable then) {
        future.whenComplete((_, _) -> then.run());
    }

    Duration patience() {
        return patience;
    }

    void leftUnanswered() {
        end(new AskException.Unanswered(asked.name(), request));
    }

    private boolean end(AskException failure) {
        return future.completeExceptionally(failure);
    }
}
