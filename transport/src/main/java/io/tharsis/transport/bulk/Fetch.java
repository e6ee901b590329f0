package io.tharsis.transport.bulk;

import java.util.concurrent.CompletableFuture;

/** Data on its way. Thread-safe. */
public final class Fetch {
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    /** Whoever ends this one ends nothing here. */
    private final CompletableFuture<Void> shown = done.copy();

    private final Runnable cancel;
    private volatile long received;

    Fetch(Runnable cancel) {
        this.cancel = cancel;
    }

    /**
     * Ends when all of it is in the target and its checksums are right, or with a {@link
     * BulkException}; after that nothing writes to the target any more. What hangs on it without an
     * executor runs on the transport's thread. The same object each time.
     */
    public CompletableFuture<Void> done() {
        return shown;
    }

    /** How many bytes are in the target, from its beginning. */
    public long received() {
        return received;
    }

    /** Stops it soon, if it has not ended. */
    public void cancel() {
        cancel.run();
    }

    void received(long bytes) {
        received = bytes;
    }

    void end(BulkException failure) {
        if (failure == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(failure);
        }
    }
}
