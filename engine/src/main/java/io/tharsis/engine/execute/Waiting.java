package io.tharsis.engine.execute;

import io.tharsis.TharsisException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** Waits for results and throws their errors on the caller's line. */
final class Waiting {
    private Waiting() {}

    static <T> T on(CompletableFuture<T> future, Supplier<String> reason) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw asThrown(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TharsisException("interrupted while waiting: " + reason.get(), e);
        }
    }

    /** The error itself, with the caller's stack added to the worker's. */
    private static RuntimeException asThrown(Throwable cause) {
        return switch (cause) {
            case CancellationException cancelled -> cancelled;
            case RuntimeException thrown -> {
                StackTraceElement[] here = new Throwable().getStackTrace();
                StackTraceElement[] there = thrown.getStackTrace();
                StackTraceElement[] both = new StackTraceElement[there.length + here.length];
                System.arraycopy(there, 0, both, 0, there.length);
                System.arraycopy(here, 0, both, there.length, here.length);
                thrown.setStackTrace(both);
                yield thrown;
            }
            case Error error -> throw error;
            default -> new TharsisException("a task failed: " + cause, cause);
        };
    }
}
