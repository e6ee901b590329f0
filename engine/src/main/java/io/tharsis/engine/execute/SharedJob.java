package io.tharsis.engine.execute;

import io.tharsis.engine.memory.BufferPool;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A job that several workers take morsels from. The one that completes the last morsel tells {@code
 * completed}, once, after the last morsel of all threads has ended: with the first error, or with
 * null.
 */
final class SharedJob {
    private final Job job;
    private final BufferPool pool;
    private final int morsels;
    private final Consumer<Throwable> completed;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<Throwable> error = new AtomicReference<>();
    private volatile boolean abandoned;

    /**
     * @param pool where morsels have their scratch from
     */
    SharedJob(Job job, BufferPool pool, Consumer<Throwable> completed) {
        this.job = job;
        this.pool = pool;
        this.morsels = job.morsels();
        this.completed = completed;
    }

    /** The part of the morsels that is done, from 0 to 1. */
    double progress() {
        return (double) done.get() / morsels;
    }

    boolean hasMore() {
        return next.get() < morsels && !abandoned;
    }

    int morsels() {
        return morsels;
    }

    /** Leaves the remaining morsels undone; they count as done, so that the job completes. */
    void abandon() {
        abandoned = true;
    }

    /**
     * Takes morsels until there are none left; after an error, or when abandoned, they are not run
     * any more. Throws nothing.
     */
    void work() {
        BufferPool before = Scratch.bind(pool);
        try {
            takeMorsels();
        } finally {
            Scratch.bind(before);
        }
    }

    private void takeMorsels() {
        Scratch scratch = Scratch.ofThread();
        long mark = scratch.mark();
        while (true) {
            int morsel = next.getAndIncrement();
            if (morsel >= morsels) {
                return;
            }
            try {
                if (!abandoned) {
                    job.run(morsel);
                }
            } catch (Throwable e) {
                scratch.reset(mark);
                error.compareAndSet(null, e);
                abandoned = true;
            }
            if (done.incrementAndGet() == morsels) {
                complete();
            }
        }
    }

    private void complete() {
        Scratch scratch = Scratch.ofThread();
        long mark = scratch.mark();
        try {
            if (!abandoned) {
                job.finish();
            }
        } catch (Throwable e) {
            scratch.reset(mark);
            error.compareAndSet(null, e);
        }
        completed.accept(error.get());
    }
}
