package io.tharsis.engine.execute;

import io.tharsis.ClosedException;

import java.util.ArrayList;
import java.util.List;

/**
 * A fixed number of platform threads that crunch numbers for any number of executions. Threads are
 * daemons and start with the first execution.
 *
 * <p>Thread-safe. Closing stops the threads after the morsels they are at.
 */
public final class ComputePool implements AutoCloseable {
    private static final long RECHECK_MS = 200;

    private final int threads;
    private final Object lock = new Object();
    private final List<Execution> executions = new ArrayList<>();
    private List<Thread> workers = List.of();
    private int busy;
    private long frees;
    private boolean exclusive;
    private boolean closed;

    public ComputePool(int threads) {
        this.threads = threads;
    }

    public int threads() {
        return threads;
    }

    /** True if the calling thread is a worker of some pool. */
    static boolean isWorker() {
        return Thread.currentThread() instanceof Worker;
    }

    void submit(Execution execution) {
        synchronized (lock) {
            if (closed) {
                throw new ClosedException("the session is closed");
            }
            if (workers.isEmpty()) {
                List<Thread> started = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    Thread worker = new Worker(this, i);
                    worker.start();
                    started.add(worker);
                }
                workers = started;
            }
            executions.add(execution);
            lock.notifyAll();
        }
    }

    void remove(Execution execution) {
        synchronized (lock) {
            executions.remove(execution);
            lock.notifyAll();
        }
    }

    /** Wakes idle workers: there may be something to do. */
    void wake() {
        synchronized (lock) {
            lock.notifyAll();
        }
    }

    /**
     * Tasks of all executions that are under way and not waiting for a computation of their own.
     */
    int busy() {
        synchronized (lock) {
            return busy;
        }
    }

    /** A number that changes when a task has ended, and so may have freed memory. */
    long frees() {
        synchronized (lock) {
            return frees;
        }
    }

    /**
     * Called under the pool's lock, by {@link Execution#poll}.
     *
     * @param alone true if no other task shall start until this one has ended
     */
    void taskStarts(boolean alone) {
        busy++;
        exclusive |= alone;
    }

    /** True while no task may start beside the one under way. */
    boolean isExclusive() {
        synchronized (lock) {
            return exclusive;
        }
    }

    void taskEnds(boolean frees) {
        synchronized (lock) {
            busy--;
            exclusive &= busy > 0;
            this.frees += frees ? 1 : 0;
            lock.notifyAll();
        }
    }

    /** Memory may have become free otherwise than by the end of a task. */
    public void noteFreed() {
        synchronized (lock) {
            frees++;
            lock.notifyAll();
        }
    }

    private Runnable take() {
        synchronized (lock) {
            while (!closed) {
                admit();
                for (int i = 0; i < executions.size(); i++) {
                    Runnable work = executions.get(i).poll();
                    if (work != null) {
                        return work;
                    }
                }
                await();
            }
            return null;
        }
    }

    /**
     * Lets executions start, in the order they came, while what they all may need fits; the first
     * may always.
     */
    private void admit() {
        long claimed = 0;
        long held = 0;
        boolean first = true;
        for (Execution execution : executions) {
            long available =
                    first
                            ? Long.MAX_VALUE
                            : execution.pool().available() + held + execution.heldBytes() - claimed;
            if (!execution.admit(available)) {
                return;
            }
            first = false;
            claimed += execution.claim();
            held += execution.heldBytes();
        }
    }

    private void await() {
        try {
            lock.wait(RECHECK_MS);
        } catch (InterruptedException _) {
            // workers are stopped by close alone
        }
    }

    /**
     * On a worker whose task needs {@code execution}, which it has submitted: works on that until
     * it ends.
     */
    void helpUntilEnd(Execution execution) {
        synchronized (lock) {
            busy--;
            lock.notifyAll();
        }
        while (!execution.hasEnded()) {
            Runnable work;
            synchronized (lock) {
                execution.admit(Long.MAX_VALUE);
                work = execution.poll();
                if (work == null && !execution.hasEnded()) {
                    await();
                }
            }
            if (work != null) {
                work.run();
            }
        }
        synchronized (lock) {
            busy++;
        }
    }

    @Override
    public void close() {
        List<Execution> left;
        synchronized (lock) {
            closed = true;
            left = new ArrayList<>(executions);
            lock.notifyAll();
        }
        left.forEach(
                execution ->
                        execution.stop(
                                new ClosedException(
                                        "the session was closed during the computation")));
        ProgressBar.wipe();
    }

    private static final class Worker extends Thread {
        private final ComputePool pool;

        Worker(ComputePool pool, int number) {
            super("tharsis-compute-" + number);
            this.pool = pool;
            setDaemon(true);
        }

        @Override
        public void run() {
            while (runNext()) {
                // until the pool is closed
            }
        }

        /** In a frame of its own, so that an idle worker holds nothing of what it did last. */
        private boolean runNext() {
            Runnable work = pool.take();
            if (work == null) {
                return false;
            }
            work.run();
            return true;
        }
    }
}
