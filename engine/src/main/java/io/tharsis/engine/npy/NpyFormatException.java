package io.tharsis.engine.npy;

import io.tharsis.TharsisException;

/**
 * A file is not a {@code .npy} or {@code .npz} file, is damaged, or holds what Tharsis does not
 * read.
 */
public final class NpyFormatException extends TharsisException {
    private static final long serialVersionUID = 1L;

    NpyFormatException(String source, String problem) {
        super(source + ": " + problem);
    }

    NpyFormatException(String source, String problem, Throwable cause) {
        super(source + ": " + problem, cause);
    }
}
