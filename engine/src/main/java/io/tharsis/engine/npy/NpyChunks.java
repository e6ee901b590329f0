package io.tharsis.engine.npy;

import io.tharsis.DType;
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
        for (int chunk = 0; chunk < grid.chunkCount(); chunk++) {
            int number = chunk;
            stored.read(
                    chunk,
                    memory -> {
                        write(grid, number, stored.dtype(), memory, writer, position);
                        return null;
                    });
        }
    }

    /**
     * Writes one chunk.
     *
     * @param memory of chunk {@code chunk} of {@code grid}
     * @param position of the array's first element in the file
     */
    public static void write(
            ChunkGrid grid,
            int chunk,
            DType dtype,
            MemorySegment memory,
            NpyWriter writer,
            long position) {
        long[] shape = grid.chunkShape(chunk);
        int width = dtype.byteSize();
        Boxes.forEachRun(
                shape,
                shape,
                new long[shape.length],
                grid.shape(),
                grid.origin(chunk),
                (from, to, count) -> writer.write(position + to, memory, from * width, count));
    }
}
