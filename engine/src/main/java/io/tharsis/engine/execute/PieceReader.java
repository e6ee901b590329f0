package io.tharsis.engine.execute;

import io.tharsis.engine.memory.Buffer;
import io.tharsis.engine.storage.Chunk;
import io.tharsis.engine.storage.ChunkStore;
import io.tharsis.engine.tile.Task;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Gives a task that copies what it reads, slot after slot. If its inputs are too many to be in
 * memory together, a chunk that is on disk takes the place of one that is needed later, or else
 * passes through a buffer of the task's own and stays where it is. Thread-safe.
 */
final class PieceReader {
    private final SlotMemory slots;
    private final MemorySegment transit;

    /**
     * @param memory what the task has beside its slots; if its inputs come one by one, there is
     *     room for the largest reserved
     */
    PieceReader(Task task, SlotMemory slots, TaskMemory memory) {
        this.slots = slots;
        this.transit = slots.isPiecewise(task) ? memory.reserved() : null;
    }

    /** Calls {@code copy} with the memory of {@code slot}, valid during the call only. */
    void read(int slot, Consumer<MemorySegment> copy) {
        if (transit == null) {
            copy.accept(slots.of(slot));
            return;
        }
        Chunk chunk = slots.chunk(slot);
        if (chunk.tryPin() != Chunk.Place.AWAY || isBrought(slot, chunk)) {
            try {
                copy.accept(ChunkStore.await(chunk));
            } finally {
                chunk.unpin();
            }
            return;
        }
        synchronized (transit) {
            MemorySegment memory = transit.asSlice(0, chunk.byteSize());
            chunk.copyInto(memory);
            copy.accept(memory);
        }
    }

    /** Pins the chunk if there is memory for it that nobody needs sooner. */
    private boolean isBrought(int slot, Chunk chunk) {
        ChunkStore store = chunk.store();
        long bytes = chunk.byteSize();
        Buffer buffer = store.pool().tryAllocate(bytes);
        if (buffer == null && store.dropBeyond(bytes, slots.distanceAfterNext(slot))) {
            buffer = store.pool().tryAllocate(bytes);
        }
        if (buffer == null) {
            return false;
        }
        if (store.beginLoad(chunk, buffer)) {
            return true;
        }
        buffer.release();
        return chunk.tryPin() != Chunk.Place.AWAY;
    }
}
