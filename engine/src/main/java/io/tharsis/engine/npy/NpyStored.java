package io.tharsis.engine.npy;

import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.engine.storage.Stored;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Writes results to {@code .npy} files, chunk by chunk. */
public final class NpyStored {
    private NpyStored() {}

    /**
     * Writes {@code stored}, of which the caller holds a count; the file appears under its name when it is complete.
     *
     * @throws StorageException if the file cannot be made or the disk is full; nothing is left behind then
     */
    public static void write(Stored stored, Path target) {
        try (NpyWriter writer = NpyWriter.create(target, stored.dtype(), stored.shape())) {
            ChunkGrid grid = stored.grid();
            long width = stored.dtype().byteSize();
            for (int chunk = 0; chunk < grid.chunkCount(); chunk++) {
                MemorySegment elements = stored.chunk(chunk);
                Runs.forEach(
                        stored.shape(),
                        grid.origin(chunk),
                        grid.chunkShape(chunk),
                        (to, from, count) -> writer.write(to, elements, from * width, count));
            }
            writer.commit();
        }
    }
}
