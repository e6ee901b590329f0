package io.tharsis.actors;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** How an ask goes on its way. */
final class Asking {
    private Asking() {}

    static <R, Q extends Request<R>> CompletableFuture<R> ask(
            ActorRef<? super Q> to, Q request, Duration deadline) {
        Objects.requireNonNull(request, "a request is not null");
        check(deadline);
        var cell = (Cell<?>) to;
        var asker = new ReplyTo<R>(cell, request.getClass());
        Tell tell = cell.offer(new Envelope.Asked(request, asker), request);
        if (tell == Tell.ACCEPTED) {
            asker.until(deadline);
        } else {
            asker.didNotRun(refusal(cell, tell));
        }
        return asker.future();
    }

    static void check(Duration deadline) {
        Objects.requireNonNull(deadline, "a deadline is not null");
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("a deadline is not negative: " + deadline);
        }
    }

    /** Why {@code cell} did not take a message. */
    static String refusal(Cell<?> cell, Tell tell) {
        return tell == Tell.FULL
                ? "the mailbox of " + cell.name() + " is full; it " + cell.doing()
                : cell.name() + " has stopped";
    }
}
