package io.tharsis;

import io.tharsis.engine.execute.Execution;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A computation under way, as {@link Session#executeAsync} answers it. Thread-safe. */
public final class Computation {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private Execution current;
    private boolean cancelled;

    /**
     * For engines: {@code execution} is the next part of this computation; throws if it was
     * cancelled.
     */
    public synchronized void watch(Execution execution) {
        if (cancelled) {
            execution.abandon();
            throw new CancellationException("the computation was cancelled");
        }
        current = execution;
    }

    /** Runs {@code work}, the whole of this computation, and completes with its end. */
    void complete(Runnable work) {
        try {
            work.run();
            done.complete(null);
        } catch (Throwable e) {
            done.completeExceptionally(e);
        }
    }

    /**
     * Work done, from 0 to 1. A computation whose sizes only a run can tell has several parts; this
     * is the part under way.
     */
    public double progress() {
        if (done.isDone()) {
            return 1;
        }
        synchronized (this) {
            return current == null ? 0 : current.progress();
        }
    }

    /** What the computation is doing or waiting for, in words. */
    public synchronized String describe() {
        return current == null ? "planning" : current.describe();
    }

    public boolean isDone() {
        return done.isDone();
    }

    /**
     * Waits until it is done; throws what it threw, or {@link CancellationException} if it was
     * cancelled.
     */
    public void await() {
        try {
            done.join();
        } catch (CancellationException _) {
            throw new CancellationException("the computation was cancelled");
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /**
     * As {@link #await()}; throws {@link TharsisException} that says what it was waiting for if the
     * time is over first.
     */
    public void await(Duration timeout) {
        try {
            done.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new TharsisException("not done after " + timeout + ": " + describe(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TharsisException("interrupted while waiting: " + describe(), e);
        } catch (java.util.concurrent.ExecutionException | CancellationException e) {
            await();
        }
    }

    /**
     * Stops it as soon as the pieces under way are done; its memory is freed, and its tensors stay
     * lazy.
     */
    public synchronized void cancel() {
        cancelled = true;
        if (current != null) {
            current.cancel();
        }
    }
}
