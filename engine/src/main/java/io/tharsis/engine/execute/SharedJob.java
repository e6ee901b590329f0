package io.tharsis.engine.execute;

import java.util.concurrent.atomic.AtomicInteger;

/** A job that several workers take morsels from. The one that completes the last morsel runs {@code completed}. */
final class SharedJob {
    private final Job job;
    private final int morsels;
    private final Runnable completed;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile boolean abandoned;

    SharedJob(Job job, Runnable completed) {
        this.job = job;
        this.morsels = job.morsels();
        this.completed = completed;
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

    boolean isAbandoned() {
        return abandoned;
    }

    boolean isDone() {
        return done.get() == morsels;
    }

    /** Runs morsels until there are none left. If one throws, the rest are abandoned and the error is thrown on. */
    void work() {
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
                abandoned = true;
                throw e;
            } finally {
                complete();
            }
        }
    }

    private void complete() {
        if (done.incrementAndGet() == morsels) {
            try {
                if (!abandoned) {
                    job.finish();
                }
            } finally {
                completed.run();
            }
        }
    }
}
