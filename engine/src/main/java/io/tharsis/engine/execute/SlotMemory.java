package io.tharsis.engine.execute;

import io.tharsis.engine.memory.Buffer;
import io.tharsis.engine.memory.BufferPool;
import io.tharsis.engine.plan.GraphReader;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.engine.storage.ChunkStored;
import io.tharsis.engine.storage.Stored;
import io.tharsis.engine.tile.Plan;
import io.tharsis.engine.tile.Task;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of one run of a plan: a buffer for each filled slot, given back with the slot's last
 * reader.
 *
 * <p>Thread-safe. All state is under this object's lock, but for the memory of filled slots, which
 * does not change until it is freed.
 */
final class SlotMemory {
    private final Plan plan;
    private final BufferPool pool;
    private final MemorySegment[] memory;
    private final Buffer[] buffers;
    private final boolean[] owned;
    private final boolean[] bound;
    private final long[][] unknownShapes;
    private final int[] readersLeft;
    private long heldBytes;

    /** Takes a count of each buffer that {@code reader} holds for the plan. */
    SlotMemory(Plan plan, GraphReader reader, BufferPool pool) {
        this.plan = plan;
        this.pool = pool;
        int slots = plan.slotBytes().length;
        memory = new MemorySegment[slots];
        buffers = new Buffer[slots];
        owned = new boolean[slots];
        bound = new boolean[slots];
        unknownShapes = new long[slots][];
        readersLeft = new int[slots];
        for (Plan.Bound data : plan.bound()) {
            Stored stored = reader.held(data.origin());
            memory[data.slot()] = stored.chunk(data.chunk());
            if (stored instanceof ChunkStored chunks) {
                buffers[data.slot()] = chunks.buffer(data.chunk()).retain();
            }
            bound[data.slot()] = true;
        }
        for (Task task : plan.tasks()) {
            for (int slot : task.reads()) {
                readersLeft[slot]++;
            }
        }
        for (Plan.Result root : plan.results()) {
            for (int slot : root.slots()) {
                readersLeft[slot]++;
            }
        }
    }

    /** How many tasks and results still read each slot. Before the first task only. */
    int[] readers() {
        return readersLeft;
    }

    /** True if {@code slot} was filled with data before the run. */
    boolean isBound(int slot) {
        return bound[slot];
    }

    BufferPool pool() {
        return pool;
    }

    /** Valid until the slot's last reader is gone. */
    MemorySegment of(int slot) {
        return memory[slot];
    }

    synchronized boolean isFilled(int slot) {
        return memory[slot] != null;
    }

    synchronized long heldBytes() {
        return heldBytes;
    }

    /**
     * Gives each output of {@code task} memory; false if there is none now, and nothing is taken
     * then.
     *
     * @param insist to get it at the cost of a collection, and to throw if that does not help
     */
    boolean allocate(Task task, boolean insist) {
        if (task instanceof Task.Alias alias) {
            share(alias.reads()[0], alias.writes()[0]);
            return true;
        }
        int[] writes = task.writes();
        Buffer[] taken = new Buffer[writes.length];
        try {
            for (int i = 0; i < writes.length; i++) {
                long bytes = plan.slotBytes()[writes[i]];
                if (bytes >= 0) {
                    taken[i] = insist ? pool.allocate(bytes) : pool.tryAllocate(bytes);
                    if (taken[i] == null) {
                        giveBack(taken);
                        return false;
                    }
                }
            }
        } catch (RuntimeException | Error e) {
            giveBack(taken);
            throw e;
        }
        synchronized (this) {
            for (int i = 0; i < writes.length; i++) {
                if (taken[i] != null) {
                    buffers[writes[i]] = taken[i];
                    memory[writes[i]] = taken[i].segment();
                    heldBytes += Math.max(0, plan.slotBytes()[writes[i]]);
                    owned[writes[i]] = true;
                }
            }
        }
        return true;
    }

    private static void giveBack(Buffer[] taken) {
        for (Buffer buffer : taken) {
            if (buffer != null) {
                buffer.release();
            }
        }
    }

    private synchronized void share(int from, int to) {
        if (buffers[from] == null) {
            buffers[to] = pool.allocate(memory[from].byteSize());
            memory[to] = buffers[to].segment();
            MemorySegment.copy(memory[from], 0, memory[to], 0, memory[from].byteSize());
            return;
        }
        buffers[to] = buffers[from].retain();
        memory[to] = memory[from];
    }

    /** {@code buffer}, whose count passes to this, is the output of unknown length in a slot. */
    synchronized void fillUnknown(int slot, Buffer buffer, long[] shape) {
        if (buffers[slot] != null) {
            buffer.release();
            throw new IllegalStateException("an output of unknown length is allocated once");
        }
        buffers[slot] = buffer;
        memory[slot] = buffer.segment();
        unknownShapes[slot] = shape;
    }

    /** {@code task} is done: frees what nobody else reads. */
    synchronized void dropInputs(Task task) {
        for (int slot : task.reads()) {
            if (--readersLeft[slot] == 0) {
                free(slot);
            }
        }
    }

    private void free(int slot) {
        Buffer buffer = buffers[slot];
        if (buffer != null) {
            buffers[slot] = null;
            memory[slot] = null;
            heldBytes -= owned[slot] ? Math.max(0, plan.slotBytes()[slot]) : 0;
            buffer.release();
        }
    }

    synchronized void freeAll() {
        for (int slot = 0; slot < buffers.length; slot++) {
            free(slot);
        }
    }

    /** The roots' results; their counts pass to the caller. */
    synchronized List<Stored> takeResults() {
        List<Stored> results = new ArrayList<>(plan.results().size());
        List<Buffer> taken = new ArrayList<>();
        try {
            for (Plan.Result root : plan.results()) {
                ChunkGrid grid =
                        root.grid() != null
                                ? root.grid()
                                : ChunkGrid.whole(unknownShapes[root.slots()[0]]);
                Buffer[] chunks = new Buffer[root.slots().length];
                for (int i = 0; i < chunks.length; i++) {
                    chunks[i] = ownBuffer(root.slots()[i]);
                    taken.add(chunks[i]);
                }
                results.add(new ChunkStored(root.dtype(), grid, chunks, pool));
            }
        } catch (RuntimeException | Error e) {
            taken.forEach(Buffer::release);
            throw e;
        }
        return results;
    }

    private Buffer ownBuffer(int slot) {
        if (buffers[slot] != null) {
            return buffers[slot].retain();
        }
        Buffer copy = pool.allocate(memory[slot].byteSize());
        MemorySegment.copy(memory[slot], 0, copy.segment(), 0, memory[slot].byteSize());
        return copy;
    }
}
