package io.tharsis.transport.log;

import org.agrona.DirectBuffer;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/**
 * The way into a replicated log. A command that is acknowledged is on the disks (or in the
 * memories) of a majority of the members and is applied by all, in one order; each append is sent
 * once and never again by itself, so it is applied at most once. Commands of one {@code
 * ReplicatedLog} are applied in the order they were appended, as long as no leader changes between.
 *
 * <p>Thread-safe; no call but {@link #close} blocks.
 */
public interface ReplicatedLog extends AutoCloseable {
    /** The longest command, in bytes. */
    int MAX_COMMAND = 64 * 1024;

    /** The longest answer, in bytes. */
    int MAX_ANSWER = 64 * 1024;

    /** How many appends may be under way at once; more fail as {@code NotApplied}. */
    int MAX_PENDING = 64 * 1024;

    /** How many bytes they may have together. */
    long MAX_PENDING_BYTES = 64L * 1024 * 1024;

    /** What {@link #leader} answers when there is none, as far as is known here. */
    int NO_LEADER = -1;

    /**
     * Appends a command. It ends within {@code deadline} and a little: with the state machine's
     * answer, or with a {@link LogException} that tells whether the command may have been applied.
     * The future completes on the log's own thread, which must not be blocked: use the async
     * methods for what takes long.
     *
     * @param command copied before the return
     * @param deadline from now; more than zero
     * @throws IllegalArgumentException if it is longer than {@link #MAX_COMMAND}, or the deadline
     *     is not positive
     */
    CompletableFuture<byte[]> append(
            DirectBuffer command, int offset, int length, Duration deadline);

    /** The member that leads as far as is known here, or {@link #NO_LEADER}. */
    int leader();

    /**
     * Has {@code listener} told of each change of {@link #leader}, on the log's own thread, and
     * first of what it is at. It must not block; what it throws is logged.
     */
    void onLeader(IntConsumer listener);

    /** What was counted until now. */
    LogStats stats();

    /** Ends all pending appends and gives everything back. No effect the second time. */
    @Override
    void close();
}
