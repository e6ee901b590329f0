package io.tharsis.engine.memory;

import io.tharsis.TharsisException;

/** A buffer was used, retained or released after its last release. */
public final class BufferReleasedException extends TharsisException {
    private static final long serialVersionUID = 1L;

    BufferReleasedException(String action, long byteSize) {
        super(
                action
                        + " of a buffer of "
                        + byteSize
                        + " bytes after its last release; its memory may belong to another buffer"
                        + " by now");
    }
}
