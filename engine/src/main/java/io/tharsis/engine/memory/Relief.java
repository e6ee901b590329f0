package io.tharsis.engine.memory;

/** Somebody who can make buffers go back to their pool. Thread-safe. */
@FunctionalInterface
public interface Relief {
    /**
     * Frees about {@code bytes}, waiting if need be. Called outside all locks of the pool.
     *
     * @return false if nothing could be freed
     */
    boolean makeRoom(long bytes);
}
