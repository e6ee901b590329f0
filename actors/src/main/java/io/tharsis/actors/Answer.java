package io.tharsis.actors;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What an actor of another process will answer. A thread that waits for it takes in what comes from
 * other processes itself, for as long as that goes on without pauses, and then completes it: so
 * nobody is woken on the way of a short ask. What hangs on it runs on that thread then, as it does
 * for whoever completes a future.
 *
 * <p>Thread-safe.
 */
final class Answer<R> extends CompletableFuture<R> {
    private static final VarHandle WAITER;

    /** Of a thread that waits, and to which nothing was handed yet. */
    private static final Runnable NOTHING = () -> {};

    static {
        try {
            WAITER = MethodHandles.lookup().findVarHandle(Answer.class, "waiter", Runnable.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Takes in what comes until its argument says enough, or nothing comes. */
    private final Consumer<BooleanSupplier> help;

    /** Null if no thread waits and helps; what that thread shall do, or NOTHING. */
    @SuppressWarnings("unused") // by its handle
    private volatile Runnable waiter;

    Answer(Consumer<BooleanSupplier> help) {
        this.help = help;
    }

    /** Has a thread that waits do {@code end}, which completes this; false if there is none. */
    boolean hand(Runnable end) {
        return WAITER.compareAndSet(this, NOTHING, end);
    }

    /** An actor that waits does not help, as the turns behind its own would wait for it. */
    private void help(BooleanSupplier enough) {
        if (isDone()
                || Runner.ofThisThread() != null
                || !WAITER.compareAndSet(this, null, NOTHING)) {
            return;
        }
        try {
            help.accept(() -> waiter != NOTHING || isDone() || enough.getAsBoolean());
        } finally {
            ((Runnable) WAITER.getAndSet(this, null)).run();
        }
    }

    @Override
    public R join() {
        help(() -> false);
        return super.join();
    }

    @Override
    public R get() throws InterruptedException, ExecutionException {
        help(Thread.currentThread()::isInterrupted);
        return super.get();
    }

    @Override
    public R get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        long beginNs = System.nanoTime();
        long limitNs = unit.toNanos(timeout);
        Thread me = Thread.currentThread();
        help(() -> System.nanoTime() - beginNs >= limitNs || me.isInterrupted());
        return super.get(limitNs - (System.nanoTime() - beginNs), TimeUnit.NANOSECONDS);
    }
}
