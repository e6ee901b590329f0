package io.tharsis.transport.log;

import java.util.function.Consumer;

/**
 * One copy of a replicated log with its {@link StateMachine}.
 *
 * <p>Thread-safe.
 */
public interface LogMember extends AutoCloseable {
    /** Its number among the members, from 0. */
    int id();

    /** What it is now. Another one may believe the same for as long as it hears of no majority. */
    Role role();

    /**
     * Has {@code listener} told of each change of {@link #role}, on a thread of the member, and
     * first of what it is at. It must be quick, and must not close the member; what it throws is
     * logged.
     */
    void onRole(Consumer<Role> listener);

    /** What was counted until now. */
    MemberStats stats();

    /**
     * The way into the log from this process. Closed by the caller, or with this member.
     *
     * @throws IllegalStateException if the member is closed
     */
    ReplicatedLog log();

    /** Stops this member; the others go on if they are a majority. No effect the second time. */
    @Override
    void close();
}
