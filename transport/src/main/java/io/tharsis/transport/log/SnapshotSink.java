package io.tharsis.transport.log;

import org.agrona.DirectBuffer;

/** Takes a snapshot in chunks, which come out of a {@link SnapshotSource} as they went in. */
@FunctionalInterface
public interface SnapshotSink {
    /** The longest chunk, in bytes. */
    int MAX_CHUNK = 64 * 1024;

    /**
     * Takes the next chunk; the buffer is free at the return. Waits while the disk is behind.
     *
     * @throws IllegalArgumentException if it is empty or longer than {@link #MAX_CHUNK}
     */
    void write(DirectBuffer chunk, int offset, int length);
}
