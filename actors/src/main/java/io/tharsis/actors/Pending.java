package io.tharsis.actors;

import io.tharsis.transport.Loss;

import java.util.concurrent.CompletableFuture;

/**
 * Something that another process will answer. Its ends may come more than once; the first counts.
 */
sealed interface Pending {
    void replied(Object answer);

    void failed(byte kind, String text);

    default void told(Tell tell) {
        failed(RemoteKind.DROPPED, "was answered " + tell);
    }

    /** Has a thread that waits for this do {@code end}; false if none can. */
    default boolean hand(Runnable end) {
        return false;
    }

    /** It has not left this process, and never will. */
    void unsent(Loss loss);

    /** The connection was lost while it was under way. */
    void lost(Loss loss);

    /** An ask. */
    record Ask(ReplyTo<?> asker) implements Pending {
        @Override
        public void replied(Object answer) {
            asker.replyAny(answer);
        }

        @Override
        public boolean hand(Runnable end) {
            return asker.hand(end);
        }

        @Override
        public void failed(byte kind, String text) {
            switch (kind) {
                case RemoteKind.DID_NOT_RUN -> asker.didNotRun(text);
                case RemoteKind.FAILED -> asker.fail(new RemoteFailure(text));
                case RemoteKind.UNANSWERED -> asker.leftUnanswered();
                // It expires here at about the same time, and says more.
                case RemoteKind.EXPIRED -> {}
                default -> asker.dropped(text);
            }
        }

        @Override
        public void unsent(Loss loss) {
            asker.unsent(loss);
        }

        @Override
        public void lost(Loss loss) {
            asker.lost(loss);
        }
    }

    /** A call of one system to another, or a message that waits for room. */
    record Call<T>(String what, CompletableFuture<T> future) implements Pending {
        @Override
        @SuppressWarnings("unchecked") // the two systems agree on what answers what
        public void replied(Object answer) {
            future.complete((T) answer);
        }

        @Override
        @SuppressWarnings("unchecked")
        public void told(Tell tell) {
            future.complete((T) tell);
        }

        @Override
        public void failed(byte kind, String text) {
            future.completeExceptionally(new RemoteFailure(what + ": " + text));
        }

        @Override
        public void unsent(Loss loss) {
            future.completeExceptionally(
                    new PeerLostException(what + " was not sent: " + loss, loss));
        }

        @Override
        public void lost(Loss loss) {
            future.completeExceptionally(
                    new PeerLostException(what + " may have been done: " + loss, loss));
        }
    }
}
