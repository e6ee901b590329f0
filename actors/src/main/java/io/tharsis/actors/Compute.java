package io.tharsis.actors;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/**
 * The work of one system that computes, see {@link ActorSystem#compute}: what waits, what runs, and
 * what becomes of it at the end. Where it runs is the {@link Dispatcher}'s.
 *
 * <p>Thread-safe.
 */
final class Compute {
    private final ActorSystem system;
    private final Set<Job<?>> waiting = new HashSet<>();
    private final Set<Job<?>> running = new HashSet<>();

    /** What has begun, and whose caller may not have heard of its end. */
    private final Set<Job<?>> unheard = new HashSet<>();

    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final LongAdder done = new LongAdder();
    private boolean closed;

    Compute(ActorSystem system) {
        this.system = system;
    }

    <T> CompletableFuture<T> submit(Callable<T> work) {
        var job = new Job<>(work);
        synchronized (this) {
            if (!closed) {
                waiting.add(job);
                give(job);
                return job.future;
            }
        }
        job.refuse();
        return job.future;
    }

    /** Under the lock, so that a dispatcher is given nothing after its close. */
    private void give(Job<?> job) {
        try {
            system.dispatcher().compute(job);
        } catch (RuntimeException e) {
            waiting.remove(job);
            throw e;
        }
    }

    synchronized int waiting() {
        return waiting.size();
    }

    synchronized int running() {
        return running.size();
    }

    long done() {
        return done.sum();
    }

    /** Whether the caller is inside of such work. */
    synchronized boolean isInside() {
        return running.stream().anyMatch(job -> job.thread == Thread.currentThread());
    }

    /**
     * Takes no more, and fails what waits; answers what ends when nothing runs and all is answered.
     */
    CompletableFuture<Void> close() {
        List<Job<?>> refused;
        List<CompletableFuture<?>> ends = new ArrayList<>(List.of(ended));
        synchronized (this) {
            closed = true;
            // One that is answered counts no more: whoever heard of it may be who closes.
            unheard.forEach(job -> ends.add(job.future.handle((_, _) -> null)));
            refused = new ArrayList<>(waiting);
            waiting.clear();
            if (running.isEmpty()) {
                ended.complete(null);
            }
        }
        refused.forEach(Job::refuse);
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
    }

    /** Interrupts what runs. */
    synchronized void interrupt() {
        running.forEach(job -> job.thread.interrupt());
    }

    private synchronized boolean begin(Job<?> job) {
        job.thread = Thread.currentThread();
        return waiting.remove(job) && running.add(job) && unheard.add(job);
    }

    private synchronized void heard(Job<?> job) {
        unheard.remove(job);
    }

    private synchronized void end(Job<?> job) {
        running.remove(job);
        if (closed && running.isEmpty()) {
            ended.complete(null);
        }
    }

    private final class Job<T> implements Runnable {
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private final Callable<T> work;

        /** Under the lock. */
        private Thread thread;

        Job(Callable<T> work) {
            this.work = work;
        }

        @Override
        public void run() {
            if (!begin(this)) {
                return;
            }
            T value = null;
            Throwable failure = null;
            try {
                if (!future.isDone()) {
                    value = work.call();
                    done.increment();
                }
            } catch (Throwable thrown) {
                done.increment();
                failure = thrown;
            }
            end(this);
            if (failure != null) {
                future.completeExceptionally(failure);
            } else {
                future.complete(value);
            }
            heard(this);
        }

        void refuse() {
            future.completeExceptionally(
                    new NotComputedException("the actor system " + system.name() + " has closed"));
        }
    }
}
