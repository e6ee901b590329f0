package io.tharsis.transport.log;

import org.agrona.DirectBuffer;

/** Where a {@link StateMachine} puts its answer to a command, during the call alone. */
@FunctionalInterface
public interface Answer {
    /**
     * Sets the answer; the last call counts, and without any it is empty. The buffer is free at the
     * return.
     *
     * @throws IllegalArgumentException if it is longer than {@link ReplicatedLog#MAX_ANSWER}
     */
    void set(DirectBuffer buffer, int offset, int length);
}
