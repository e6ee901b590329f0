package io.tharsis.actors;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * A cell whose dispatcher hands out leave to run it: one for each time that the cell was given to
 * it. Whoever has taken a leave runs the cell until it is idle, so a cell that is given twice is
 * run twice at a time, and one that is forgotten keeps its messages.
 */
final class Stressed implements Dispatcher {
    static final int FAIL = 0;

    private static final RuntimeException FAILURE =
            new RuntimeException("asked for") {
                private static final long serialVersionUID = 1;

                @Override
                public Throwable fillInStackTrace() {
                    return this;
                }
            };

    final Cell<Integer> cell;

    /** How often each message was handled. */
    final AtomicIntegerArray handled = new AtomicIntegerArray(8);

    /** How often the actor was entered while it was inside. */
    final AtomicInteger overlaps = new AtomicInteger();

    /** What was scheduled last. */
    volatile Runnable scheduled;

    private final AtomicInteger leaves = new AtomicInteger(1);
    private final AtomicBoolean inside = new AtomicBoolean();

    Stressed(ActorOptions<Integer> options) {
        ActorSystem system = ActorSystem.builder("stressed").dispatcher(this).build();
        cell =
                new Cell<>(
                        system,
                        null,
                        "stressed",
                        1,
                        () -> (message, _) -> handle(message),
                        options.orElseBounded(100));
    }

    private void handle(int message) {
        if (!inside.compareAndSet(false, true)) {
            overlaps.incrementAndGet();
        }
        handled.incrementAndGet(message);
        inside.set(false);
        if (message == FAIL) {
            throw FAILURE;
        }
    }

    /** Runs the cell until it is idle, if there is leave to run it. */
    void runIfReady() {
        int left = leaves.get();
        if (left > 0 && leaves.compareAndSet(left, left - 1)) {
            while (cell.run(1)) {
                Thread.onSpinWait();
            }
        }
    }

    /** Runs it as often as there is leave; when all else has ended. */
    void runAll() {
        while (leaves.get() > 0) {
            runIfReady();
        }
    }

    @Override
    public void execute(Turn turn) {
        leaves.incrementAndGet();
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        scheduled = task;
        return () -> {};
    }

    @Override
    public long nanoTime() {
        return 0;
    }

    @Override
    public List<Running> running() {
        return List.of();
    }

    @Override
    public boolean await(CompletableFuture<?> future, Duration deadline) {
        return future.isDone();
    }

    @Override
    public void close() {}
}
