package io.tharsis.transport.link;

import java.util.function.IntSupplier;

/** The thread of a transport, for layers that work on it. */
public interface Rounds {
    /**
     * Has {@code work} run in every round, after frames have come in; it answers how much it did,
     * and must not block.
     */
    void eachRound(IntSupplier work);

    /**
     * Has {@code command} run on the thread, soon.
     *
     * @return false if the transport is closed; then it does not run
     */
    boolean execute(Runnable command);

    /** Has {@code command} run on the thread when the transport closes, before its links do. */
    void atClose(Runnable command);

    /** The transport's clock. */
    long nanoTime();
}
