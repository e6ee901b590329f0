package io.tharsis.actors;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Begins tasks later, each on a virtual thread of its own. One daemon thread, which starts with the
 * first task and ends when there has been none for long.
 *
 * <p>Most tasks are deadlines that are taken back soon, and each of those that was the next one to
 * begin would have woken the thread for nothing. So while tasks come, one that does nothing is
 * always due before them, and the thread wakes for that alone.
 *
 * <p>Thread-safe.
 */
final class Clockwork {
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long BEAT_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final String name;
    private final AtomicBoolean beats = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor executor;
    private volatile boolean used;

    /**
     * @param name of its threads, before what tells them apart
     */
    Clockwork(String name) {
        this.name = name;
        executor =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name(name + "-timer").factory());
        executor.setRemoveOnCancelPolicy(true);
        // Never shut down: deadlines hold after close, too.
        executor.setKeepAliveTime(IDLE_NS, TimeUnit.NANOSECONDS);
        executor.allowCoreThreadTimeOut(true);
    }

    Dispatcher.Scheduled schedule(Duration delay, Runnable task) {
        long delayNs = Restarts.nanos(delay);
        if (delayNs > BEAT_NS) {
            if (!used) {
                used = true;
            }
            if (!beats.get() && beats.compareAndSet(false, true)) {
                executor.schedule(this::beat, BEAT_NS, TimeUnit.NANOSECONDS);
            }
        }
        ScheduledFuture<?> future =
                executor.schedule(
                        () -> Thread.ofVirtual().name(name + "-task").start(task),
                        delayNs,
                        TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    private void beat() {
        if (used) {
            used = false;
            executor.schedule(this::beat, BEAT_NS, TimeUnit.NANOSECONDS);
        } else {
            beats.set(false);
        }
    }
}
