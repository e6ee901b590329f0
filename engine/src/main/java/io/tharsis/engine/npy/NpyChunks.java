package io.tharsis.engine.npy;

import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.storage.Boxes;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.engine.storage.Contents;
import io.tharsis.engine.storage.Stored;

import java.lang.foreign.MemorySegment;

/** Writes kept results chunk by chunk. */
public final class NpyChunks {
    private NpyChunks() {}

    /**
     * Writes the kept result of {@code operand}.
     *
     * @param position of its first element in the file
     */
    public static void write(Operand operand, NpyWriter writer, long position) {
        Contents.read(
                operand,
                stored -> {
                    write(stored, writer, position);
                    return null;
                });
    }

    private static void write(Stored stored, NpyWriter writer, long position) {
        ChunkGrid grid = stored.grid();
        int width = stored.dtype().byteSize();
        for (int chunk = 0; chunk < grid.chunkCount(); chunk++) {
            long[] shape = grid.chunkShape(chunk);
            MemorySegment memory = stored.chunk(chunk);
            Boxes.forEachRun(
                    shape,
                    shape,
                    new long[shape.length],
                    stored.shape(),
                    grid.origin(chunk),
                    (from, to, count) -> writer.write(position + to, memory, from * width, count));
        }
    }
}
