package io.tharsis.transport.link;

import java.util.function.BooleanSupplier;
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

    /**
     * Takes in frames on the caller's thread, instead of the transport's, which rests meanwhile: so
     * whoever waits for a frame need not be woken for it. What hears of frames is called on this
     * thread then, still by one thread at a time.
     *
     * <p>Returns when {@code until} answers true, which is asked between frames; when none has come
     * for some tens of microseconds; at once, if another thread takes them in already, or the
     * transport's own has its hands full, or the caller is inside a round.
     */
    void help(BooleanSupplier until);

    /** The transport's clock. */
    long nanoTime();
}
