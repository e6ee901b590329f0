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
        var asker = new ReplyTo<R>(to, request.getClass(), deadline);
        Tell tell = to.offer(request, asker);
        if (tell == Tell.ACCEPTED) {
            asker.begin();
        } else {
            asker.didNotRun(to.refusal(tell));
        }
        return asker.future();
    }

    static void check(Duration deadline) {
        Objects.requireNonNull(deadline, "a deadline is not null");
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("a deadline is not negative: " + deadline);
        }
    }
}
