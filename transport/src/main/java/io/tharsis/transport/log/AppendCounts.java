package io.tharsis.transport.log;

import org.agrona.DirectBuffer;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The appends of one {@link ReplicatedLog}, from the call to their end, counted and bounded; for
 * the makers of logs. Each append that is admitted ends once, by one of the methods that end it.
 *
 * <p>Thread-safe, but for the methods that end an append after it was admitted: those are called by
 * one thread.
 */
public final class AppendCounts {
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(365);

    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicLong appended = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong notApplied = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();

    /** An append under way, as far as all logs have it; each adds what it sends. */
    public abstract static class Entry {
        /** What its caller waits for. */
        public final CompletableFuture<byte[]> result = new CompletableFuture<>();

        /** When it ends at the latest. */
        public final long deadlineNs;

        private final int byteSize;
        private boolean ended;

        /**
         * @param byteSize what it counts for in {@link ReplicatedLog#MAX_PENDING_BYTES}
         */
        protected Entry(int byteSize, long deadlineNs) {
            this.byteSize = byteSize;
            this.deadlineNs = deadlineNs;
        }

        /** Whether it has ended. */
        public final boolean hasEnded() {
            return ended;
        }
    }

    /**
     * Checks what {@link ReplicatedLog#append} was given.
     *
     * @return when the append ends at the latest
     * @throws IllegalArgumentException as that method says
     */
    public static long deadlineNs(int length, Duration deadline, long nowNs) {
        if (length < 0 || length > ReplicatedLog.MAX_COMMAND) {
            throw new IllegalArgumentException(
                    "a command has at most " + ReplicatedLog.MAX_COMMAND + " bytes: " + length);
        }
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("an append needs time: " + deadline);
        }
        Duration within = deadline.compareTo(LONGEST_DEADLINE) > 0 ? LONGEST_DEADLINE : deadline;
        return nowNs + within.toNanos();
    }

    /** The command of {@link ReplicatedLog#append} with room for a header before it. */
    public static byte[] copy(int headerLength, DirectBuffer command, int offset, int length) {
        byte[] copy = new byte[headerLength + length];
        command.getBytes(offset, copy, headerLength, length);
        return copy;
    }

    /**
     * Takes an append in; answers false, having ended it, if there is no room or {@code closed}.
     */
    public boolean admit(Entry append, boolean closed) {
        appended.incrementAndGet();
        int count = pending.incrementAndGet();
        long bytes = pendingBytes.addAndGet(append.byteSize);
        if (closed) {
            notApplied(append, "the log is closed");
            return false;
        }
        if (count > ReplicatedLog.MAX_PENDING || bytes > ReplicatedLog.MAX_PENDING_BYTES) {
            notApplied(append, "too many appends are under way");
            return false;
        }
        return true;
    }

    /** Whether none is under way. */
    public boolean isEmpty() {
        return pending.get() == 0;
    }

    /** Ends it with the state machine's answer. */
    public void answered(Entry append, byte[] answer) {
        end(append, answered);
        append.result.complete(answer);
    }

    /** Ends it with what the state machine threw. */
    public void failed(Entry append, String what) {
        fail(append, failed, new LogException.Failed(what));
    }

    /** Ends it as unknown. */
    public void unknown(Entry append, String why) {
        fail(append, unknown, new LogException.Unknown(why));
    }

    /** Ends it as never applied. */
    public void notApplied(Entry append, String why) {
        fail(append, notApplied, new LogException.NotApplied(why));
    }

    private void fail(Entry append, AtomicLong count, LogException why) {
        end(append, count);
        append.result.completeExceptionally(why);
    }

    private void end(Entry append, AtomicLong count) {
        append.ended = true;
        pending.decrementAndGet();
        pendingBytes.addAndGet(-append.byteSize);
        count.incrementAndGet();
    }

    /** What was counted until now. */
    public LogStats stats(long leaderChanges) {
        return new LogStats(
                appended.get(),
                answered.get(),
                failed.get(),
                notApplied.get(),
                unknown.get(),
                pending.get(),
                leaderChanges);
    }
}
