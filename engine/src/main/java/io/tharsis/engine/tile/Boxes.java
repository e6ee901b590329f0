package io.tharsis.engine.tile;

import io.tharsis.engine.storage.ChunkGrid;

import java.util.Arrays;

/**
 * Dense copies of boxes of one node, for tasks that need what crosses its chunks. Boxes next to
 * each other that all need the same chunks, a good part of the memory, are made by one task, up to
 * a quarter of the budget of them: a matrix of N bytes in chunks of rows that is wanted column by
 * column goes by {@code 4 N / budget} times, not once for each box.
 */
final class Boxes {
    /** The part of the budget that boxes made together may take. */
    private static final int PART = 4;

    private final Tiler tiler;
    private final int node;
    private Assembly assembly;
    private long assembledBytes;
    private int[] assembledFrom;

    Boxes(Tiler tiler, int node) {
        this.tiler = tiler;
        this.node = node;
    }

    /** The slot that will hold a copy of {@code box}; its task is there after {@link #finish}. */
    int slotOf(InputBox box) {
        ChunkGrid grid = tiler.gridOf(node);
        int width = tiler.node(node).dtype().byteSize();
        long bytes = box.size() * width;
        int[] chunks = bytes == 0 ? new int[0] : box.chunksOf(grid);
        long readBytes = 0;
        for (int chunk : chunks) {
            readBytes += tiler.slotBytes(tiler.slotsOf(node)[chunk]);
        }
        boolean shares =
                assembly != null
                        && Piecewise.isMuch(readBytes, tiler.budgetBytes())
                        && assembledBytes + bytes <= tiler.budgetBytes() / PART
                        && Arrays.equals(chunks, assembledFrom);
        if (!shares) {
            finish();
            assembly = new Assembly(width);
            assembledBytes = 0;
            assembledFrom = chunks;
        }
        int slot = tiler.addSlot(bytes);
        assembly.into(slot, box.extent());
        assembly.add(
                grid,
                tiler.slotsOf(node),
                box.origin(),
                new long[box.extent().length],
                box.extent());
        assembledBytes += bytes;
        return slot;
    }

    /** Adds the last task. */
    void finish() {
        if (assembly != null) {
            tiler.add(assembly.task());
            assembly = null;
        }
    }
}
