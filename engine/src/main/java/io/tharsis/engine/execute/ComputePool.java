package io.tharsis.engine.execute;

import io.tharsis.ClosedException;
import java.util.ArrayList;
import java.util.List;

/**
 * A fixed number of platform threads that crunch numbers for any number of executions. Threads are daemons and start with the first
 * execution.
 *
 * <p>Thread-safe. Closing stops the threads after the morsels they are at.
 */
public final class ComputePool implements AutoCloseable {
    private static final long RECHECK_MS = 200;

    private final int threads;
    private final Object lock = new Object();
    private final List<Execution> executions = new ArrayList<>();
    private List<Thread> workers = List.of();
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

    private Runnable take() {
        synchronized (lock) {
            while (!closed) {
                for (int i = 0; i < executions.size(); i++) {
                    Runnable work = executions.get(i).poll();
                    if (work != null) {
                        return work;
                    }
                }
                try {
                    lock.wait(RECHECK_MS);
                } catch (InterruptedException _) {
                    // workers are stopped by close alone
                }
            }
            return null;
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
        left.forEach(Execution::cancel);
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
            Runnable work = pool.take();
            while (work != null) {
                work.run();
                work = pool.take();
            }
        }
    }
}
