package io.tharsis.engine.execute;

import io.tharsis.TharsisException;
import io.tharsis.engine.storage.Stored;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for results and throws their errors on the caller's line. */
final class Waiting {
    private Waiting() {}

    /**
     * The results of {@code execution}. If the waiting thread is interrupted the execution is
     * cancelled, and its results, should there be any, are released.
     */
    static List<Stored> on(CompletableFuture<List<Stored>> results, Execution execution) {
        try {
            return ProgressBar.isOn() ? watched(results, execution) : results.get();
        } catch (ExecutionException e) {
            throw asThrown(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            String doing = execution.describe();
            execution.cancelAndDrop();
            throw new TharsisException("interrupted while waiting: " + doing, e);
        }
    }

    private static List<Stored> watched(
            CompletableFuture<List<Stored>> results, Execution execution)
            throws InterruptedException, ExecutionException {
        try (var bar = new ProgressBar(System.err)) {
            long pause = ProgressBar.DELAY_MS;
            while (true) {
                try {
                    return results.get(pause, TimeUnit.MILLISECONDS);
                } catch (TimeoutException _) {
                    bar.show(execution.progress());
                    pause = ProgressBar.REDRAW_MS;
                }
            }
        }
    }

    /**
     * The end of a parallel loop whose pieces are all taken; not to be interrupted, since they use
     * the caller's memory.
     */
    static void onHelpers(CompletableFuture<Void> over) {
        try {
            over.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException thrown ? thrown : asThrown(e.getCause());
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
