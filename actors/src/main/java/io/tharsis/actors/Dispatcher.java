package io.tharsis.actors;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Where turns run, and whose clock they see. An actor system takes all threads and all time from
 * here, so that a simulation can be put below it.
 *
 * <p>Thread-safe, but for implementations that say otherwise.
 */
public interface Dispatcher extends AutoCloseable {
    /** The dispatcher for production: virtual threads, {@code parallelism} of them running. */
    static Dispatcher virtualThreads(int parallelism) {
        return virtualThreads(parallelism, Runtime.getRuntime().availableProcessors());
    }

    /** As the other, with {@code computeThreads} for what {@link #compute} is given. */
    static Dispatcher virtualThreads(int parallelism, int computeThreads) {
        return new RunnerDispatcher(parallelism, computeThreads);
    }

    /**
     * Runs a turn soon, and what one run of it wrote is seen by the next. Never blocks, never
     * refuses, not even when closed. The caller sees to it that a turn is not given again before
     * its run has answered false.
     */
    void execute(Turn turn);

    /**
     * Runs a task after {@code delay}; it holds up nothing but itself.
     *
     * @return cancels it if it has not begun
     */
    Scheduled schedule(Duration delay, Runnable task);

    /**
     * Runs work that computes for long, beside all turns; never blocks. The dispatcher of
     * production has a fixed number of platform threads for it, daemons that start when needed and
     * end when idle, and a queue without a bound before them, first in, first out. Unless it is
     * overridden, the work runs as what is {@linkplain #schedule scheduled} for now does.
     *
     * @param work throws nothing
     * @throws java.util.concurrent.RejectedExecutionException when closed, if it likes
     */
    default void compute(Runnable work) {
        schedule(Duration.ZERO, work);
    }

    /**
     * Has a thread that finds no turn do {@code work} before it rests. A dispatcher may leave that
     * out, and does the last that it was given.
     *
     * @param work ends soon after what it is given answers true: there is a turn; or as it likes.
     *     What it calls may give this dispatcher turns, but must not block
     */
    default void beforeRest(Consumer<BooleanSupplier> work) {}

    /**
     * By a turn on its thread, before each message it handles and before its actor's end: an
     * interrupt that came before was meant for another message. Does nothing unless it is
     * overridden, as the thread may be the caller's own.
     */
    default void forgetInterrupt() {}

    /** A clock of nanoseconds that never goes back, with any origin. */
    long nanoTime();

    /** The turns that run now. */
    List<Running> running();

    /** Messages that turns have {@linkplain Tally counted}; 0 if it does not say. */
    default long handled() {
        return 0;
    }

    /**
     * Waits for the end of {@code future}, whatever that is.
     *
     * @return false if {@code deadline} passed first
     * @throws IllegalStateException inside a turn, which would wait for itself
     */
    boolean await(CompletableFuture<?> future, Duration deadline) throws InterruptedException;

    /**
     * Gives back the threads once there is nothing to do. Turns that are given later are run all
     * the same.
     */
    @Override
    void close();

    /** Something that will run later. */
    interface Scheduled {
        /** Takes it back; no effect if it has begun. */
        void cancel();
    }

    /**
     * A turn that runs.
     *
     * @param turn what runs
     * @param sinceNanos for how long already, to a few milliseconds
     * @param thread which thread runs it
     */
    record Running(Turn turn, long sinceNanos, Thread thread) {}
}
