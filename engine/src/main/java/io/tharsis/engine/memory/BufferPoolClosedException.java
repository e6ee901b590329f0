package io.tharsis.engine.memory;

import io.tharsis.ClosedException;

/** Memory was asked of a pool after it was closed. */
public final class BufferPoolClosedException extends ClosedException {
    private static final long serialVersionUID = 1L;

    BufferPoolClosedException(long bytesAsked) {
        super(
                "cannot allocate "
                        + bytesAsked
                        + " bytes: the buffer pool is closed, because its session is; open a new"
                        + " session");
    }
}
