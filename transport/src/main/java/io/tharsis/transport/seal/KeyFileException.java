package io.tharsis.transport.seal;

import java.nio.file.Path;

/** A cluster key file that is not there, not safe, or holds no key. The message says what to do. */
public final class KeyFileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Path path;

    KeyFileException(Path path, String problem, Throwable cause) {
        super("cluster key file " + path + " " + problem, cause);
        this.path = path;
    }

    /** The file, or null if the exception was serialized. */
    public Path path() {
        return path;
    }
}
