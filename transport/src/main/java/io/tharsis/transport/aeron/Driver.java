package io.tharsis.transport.aeron;

import java.nio.file.Path;

/**
 * The media driver below a wire, whoever owns it.
 *
 * <p><b>Threads: the wire's alone.</b>
 */
interface Driver extends AutoCloseable {
    /** Where its files are. */
    Path directory();

    /**
     * Sees to it that it runs; may block for seconds.
     *
     * @throws AeronWireException if it cannot be made to run
     */
    void start();

    /**
     * Why it is not the one that ran at the last {@link #start}; null if it is, as far as can be
     * seen.
     */
    String lost();

    /** Gives back what is ours. */
    @Override
    void close();
}
