package io.tharsis.transport.log;

import org.agrona.DirectBuffer;

/** Gives the chunks of a snapshot back, in their order, each as it was written. */
public interface SnapshotSource {
    /** What gets a chunk. */
    @FunctionalInterface
    interface ChunkHandler {
        /**
         * @param chunk valid during the call
         */
        void onChunk(DirectBuffer chunk, int offset, int length);
    }

    /**
     * Gives the next chunk to {@code handler}.
     *
     * @return false if there was none left
     */
    boolean read(ChunkHandler handler);
}
