package io.tharsis.transport.log;

import org.agrona.DirectBuffer;

/**
 * What a log's commands are applied to. <b>Deterministic</b>: the state after a command, and the
 * answer, depend on the state before and on the arguments alone, never on a clock, on chance, on
 * the identity of the member or on the order of a hash map. Whoever breaks this has members that
 * differ, and nothing notices.
 *
 * <p><b>Threads: one alone</b>, the member's own. Nothing here may block: the log waits.
 */
public interface StateMachine {
    /**
     * Applies a command.
     *
     * <p>An exception fails the append on whichever member it was made, is logged, and the log goes
     * on; since every member throws it too, what was changed before it was thrown must be
     * deterministic as well. An {@link Error} is no part of that bargain: it stops the member.
     *
     * @param position the command's place in the log, greater than all before
     * @param timestampMs the log's clock: the leader's wall clock when it took the command, never
     *     going back, the same on every member
     * @param command valid during the call
     * @param answer takes what the append ends with
     */
    void apply(
            long position,
            long timestampMs,
            DirectBuffer command,
            int offset,
            int length,
            Answer answer);

    /**
     * Writes the whole state. The log stands still meanwhile, on every member at the same position.
     * What it throws is logged, and the log goes on from the snapshot before.
     */
    void snapshot(SnapshotSink sink);

    /**
     * Replaces the whole state by one that {@link #snapshot} wrote, on this member or another. Not
     * called when there is no snapshot yet. What it throws keeps the member from starting.
     */
    void load(SnapshotSource source);
}
