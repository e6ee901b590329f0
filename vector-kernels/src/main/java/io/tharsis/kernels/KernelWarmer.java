package io.tharsis.kernels;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * The one background thread that compiles and warms up kernels, one after the other. It starts with
 * the first kernel, is a daemon, and holds waiting kernels weakly: what nobody can run any more is
 * not compiled.
 */
final class KernelWarmer {
    /** How long a compiled loop gets to become fast, the first time. */
    static final long PATIENCE_NS = 4_000_000_000L;

    private final long patienceNs;

    /** Guarded by itself. */
    private final Queue<WeakReference<TieredKernel>> waiting = new ArrayDeque<>();

    /** Guarded by {@code waiting}. */
    private final Queue<Runnable> idleWork = new ArrayDeque<>();

    private boolean started;

    /** Guarded by {@code waiting}: a kernel has left the queue and is being warmed up. */
    private boolean warming;

    KernelWarmer(long patienceNs) {
        this.patienceNs = patienceNs;
    }

    void submit(TieredKernel kernel) {
        synchronized (waiting) {
            waiting.add(new WeakReference<>(kernel));
            start();
        }
    }

    /** Adds work to be done when no kernel waits. */
    void whenIdle(List<Runnable> work) {
        synchronized (waiting) {
            idleWork.addAll(work);
            start();
        }
    }

    private void start() {
        waiting.notifyAll();
        if (!started) {
            started = true;
            Thread thread = new Thread(this::work, "tharsis-kernel-warmer");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.start();
        }
    }

    /** Kernels that are not settled yet: those in the queue and the one that is being warmed up. */
    int waiting() {
        synchronized (waiting) {
            return waiting.size() + (warming ? 1 : 0);
        }
    }

    /** Called when the kernel that is being warmed up has come to an end. */
    void settled() {
        synchronized (waiting) {
            warming = false;
        }
    }

    private void work() {
        while (true) {
            Runnable next = next();
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                // Kernels answer for their own errors; getting something ready is never worth one.
                KernelLog.debug("something could not be got ready", e);
            }
        }
    }

    private Runnable next() {
        synchronized (waiting) {
            warming = false;
            while (waiting.isEmpty() && idleWork.isEmpty()) {
                try {
                    waiting.wait();
                } catch (InterruptedException e) {
                    // Nobody else has this thread to interrupt it, and there is nothing to stop: it
                    // is a daemon.
                    continue;
                }
            }
            if (waiting.isEmpty()) {
                return idleWork.remove();
            }
            WeakReference<TieredKernel> kernel = waiting.remove();
            warming = true;
            return () -> warmUp(kernel);
        }
    }

    private void warmUp(WeakReference<TieredKernel> reference) {
        TieredKernel kernel = reference.get();
        if (kernel != null) {
            kernel.warmUp(patienceNs);
        }
    }
}
