package io.tharsis.actors;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A message that waits for room in a mailbox, see {@link ActorRef#tellWhenRoom}. */
final class Waiter<M> {
    private M message;
    private final CompletableFuture<Tell> future = new CompletableFuture<>();
    private final AtomicBoolean claimed = new AtomicBoolean();
    private volatile Dispatcher.Scheduled deadline;

    Waiter(M message) {
        this.message = message;
    }

    M message() {
        return message;
    }

    CompletableFuture<Tell> future() {
        return future;
    }

    void until(Dispatcher.Scheduled scheduled) {
        deadline = scheduled;
        if (claimed.get()) {
            scheduled.cancel();
        }
    }

    boolean isClaimed() {
        return claimed.get();
    }

    /** True for one caller, who then decides. */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    void accepted() {
        complete(Tell.ACCEPTED);
    }

    void refuse(Cell<M> cell) {
        if (claim()) {
            cell.deadLetter(message);
            complete(Tell.STOPPED);
        }
    }

    void giveUp() {
        if (claim()) {
            // It may stay in the queue for long.
            message = null;
            complete(Tell.FULL);
        }
    }

    private void complete(Tell tell) {
        Dispatcher.Scheduled scheduled = deadline;
        if (scheduled != null) {
            scheduled.cancel();
        }
        future.complete(tell);
    }
}
