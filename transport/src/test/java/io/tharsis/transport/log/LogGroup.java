package io.tharsis.transport.log;

import java.util.List;

/** The members of one log with their {@link Journal}s, as the contract wants them. */
interface LogGroup extends AutoCloseable {
    /** The way in, from a member that is up. */
    ReplicatedLog log();

    /** Those that are up. */
    List<LogMember> members();

    /** The present state machine of each member that is up. */
    List<Journal> journals();

    /** Stops all members as if they had been killed, and starts them again. */
    void restart();

    /** Stops a majority, so that nothing can be acknowledged. */
    void loseMajority();

    @Override
    void close();
}
