package io.tharsis.engine.execute;

import io.tharsis.engine.storage.Chunk;
import io.tharsis.engine.storage.ChunkSink;
import io.tharsis.engine.storage.ChunkStore;
import io.tharsis.engine.tile.Plan;
import io.tharsis.engine.tile.Task;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Hands the chunks of a root to a sink as they are made, on threads for input and output. */
final class Outlet {
    /** The part of the budget that may wait for the sink. */
    private static final int PENDING_DIVISOR = 8;

    private final Plan.Result root;
    private final SlotMemory slots;
    private final ChunkSink sink;
    private final Map<Integer, Integer> numbers = new HashMap<>();
    private final AtomicLong pendingBytes = new AtomicLong();

    Outlet(Plan.Result root, SlotMemory slots, ChunkSink sink) {
        this.root = root;
        this.slots = slots;
        this.sink = sink;
        for (int chunk = 0; chunk < root.slots().length; chunk++) {
            numbers.put(root.slots()[chunk], chunk);
        }
    }

    /** Hands over the chunks that no task makes, on the calling thread. Before the first task. */
    void writeBound() {
        for (int slot : root.slots()) {
            if (slots.isBound(slot)) {
                Chunk chunk = slots.chunk(slot);
                var memory = ChunkStore.pin(chunk);
                try {
                    sink.accept(slots.grid(root), numbers.get(slot), memory);
                } finally {
                    chunk.unpin();
                }
                slots.dropReader(slot);
            }
        }
    }

    /**
     * Starts to hand over what {@code task} has made and still has pinned.
     *
     * @param written told of the end of each chunk, with null or an error
     * @return how many chunks
     */
    int write(Task task, Consumer<Throwable> written) {
        int count = 0;
        for (int slot : task.writes()) {
            Integer number = numbers.get(slot);
            if (number != null) {
                Chunk chunk = slots.chunk(slot).retain();
                var memory = ChunkStore.pin(chunk);
                var grid = slots.grid(root);
                slots.dropReader(slot);
                count++;
                pendingBytes.addAndGet(chunk.byteSize());
                slots.store()
                        .submitFreeing(
                                chunk.byteSize(),
                                () -> {
                                    Throwable error = null;
                                    try {
                                        sink.accept(grid, number, memory);
                                    } catch (Throwable e) {
                                        error = e;
                                    }
                                    pendingBytes.addAndGet(-chunk.byteSize());
                                    chunk.unpin();
                                    chunk.release();
                                    written.accept(error);
                                });
            }
        }
        return count;
    }

    /** True if so much waits for the sink that no more should be made now. */
    boolean isFull() {
        return pendingBytes.get() > slots.pool().budget().capacity() / PENDING_DIVISOR;
    }
}
