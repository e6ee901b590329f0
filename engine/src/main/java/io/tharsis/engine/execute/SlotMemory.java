package io.tharsis.engine.execute;

import io.tharsis.engine.memory.Buffer;
import io.tharsis.engine.memory.BufferPool;
import io.tharsis.engine.plan.GraphReader;
import io.tharsis.engine.storage.Chunk;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.engine.storage.ChunkStore;
import io.tharsis.engine.storage.ChunkStored;
import io.tharsis.engine.storage.Remake;
import io.tharsis.engine.storage.Stored;
import io.tharsis.engine.tile.Piecewise;
import io.tharsis.engine.tile.Plan;
import io.tharsis.engine.tile.Task;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of one run of a plan: a chunk for each filled slot, released with the slot's last
 * reader. A chunk is pinned while a task that reads or writes it runs; between tasks it may be
 * moved to disk.
 *
 * <p>Thread-safe. All state is under this object's lock, but for the chunks of filled slots, which
 * do not change until they are freed.
 */
final class SlotMemory {
    private final Plan plan;
    private final GraphReader reader;
    private final ChunkStore store;
    private final Chunk[] chunks;
    private final SlotReader[] slotReaders;
    private final boolean[] bound;
    private final boolean[] isKept;
    private final long[][] unknownShapes;
    private final int[] readersLeft;
    private final int[][] readersOf;
    private final boolean[] done;
    private volatile int position;
    private final AtomicLong heldBytes = new AtomicLong();
    private final TaskNeeds needs;
    private final Map<Task, TaskMemory> reserved = new IdentityHashMap<>();

    /** Tells a chunk when the next task reads it, and counts the bytes of this run's own chunks. */
    private final class SlotReader implements Chunk.Reader {
        private final int slot;
        private final long ownBytes;
        private boolean counted;
        private boolean gone;

        /**
         * @param ownBytes 0 for a chunk that was there before, or has another slot too
         */
        SlotReader(int slot, long ownBytes) {
            this.slot = slot;
            this.ownBytes = ownBytes;
        }

        @Override
        public long distance() {
            int[] readers = readersOf[slot];
            // the lists are in descending order of tasks
            for (int i = readers.length - 1; i >= 0; i--) {
                if (!done[readers[i]]) {
                    return Math.max(0, readers[i] - position);
                }
            }
            return Chunk.NEVER;
        }

        @Override
        public synchronized void moved(boolean here) {
            if (counted != here && !gone) {
                counted = here;
                heldBytes.addAndGet(here ? ownBytes : -ownBytes);
            }
        }

        void leave() {
            moved(false);
            synchronized (this) {
                gone = true;
            }
        }
    }

    /** What {@link #acquire} got for a task. */
    sealed interface Grant {
        /** Everything is in memory. */
        record Ready() implements Grant {}

        /** Everything has memory; some of {@code chunks} are on their way. */
        record Loading(List<Chunk> chunks) implements Grant {}

        /** Nothing was taken: {@code store} has no {@code bytes} now. */
        record Lacking(ChunkStore store, long bytes) implements Grant {}
    }

    private static final Grant READY = new Grant.Ready();

    /** The part of the budget that tasks leave to the scratch memory of those that run. */
    private static final int SCRATCH_DIVISOR = 16;

    private static final int[] NOTHING = {};

    /** How much a task insists on. */
    enum Urgency {
        /** On memory for all it needs to be fast; chunks go to disk rather than that it is slow. */
        WAIT,
        /** On nothing that others would have to give up. */
        MAKE_DO,
        /**
         * On what it needs at the least: to wait until other chunks are on disk, to ask for a
         * collection, and to throw if all that does not help.
         */
        INSIST
    }

    /**
     * Takes a count of each chunk that {@code reader} holds for the plan.
     *
     * @param threads that may work on a task
     */
    SlotMemory(Plan plan, GraphReader reader, ChunkStore store, int threads) {
        this.plan = plan;
        this.reader = reader;
        this.store = store;
        this.needs = new TaskNeeds(threads, store.pool().budget().capacity());
        int slots = plan.slotBytes().length;
        chunks = new Chunk[slots];
        slotReaders = new SlotReader[slots];
        bound = new boolean[slots];
        unknownShapes = new long[slots][];
        readersLeft = new int[slots];
        readersOf = ReaderLists.of(plan);
        done = new boolean[plan.tasks().size()];
        for (Plan.Bound data : plan.bound()) {
            fill(data.slot(), reader.held(data.origin()).hold(data.chunk()), 0);
            bound[data.slot()] = true;
        }
        for (int slot = 0; slot < slots; slot++) {
            readersLeft[slot] = readersOf[slot].length;
        }
        isKept = new boolean[slots];
        for (Plan.Result root : plan.results()) {
            for (int slot : root.slots()) {
                readersLeft[slot]++;
                isKept[slot] = true;
            }
        }
        for (Task task : plan.tasks().reversed()) {
            if (task instanceof Task.Alias alias) {
                isKept[alias.reads()[0]] |= isKept[alias.writes()[0]];
            }
        }
    }

    private void fill(int slot, Chunk chunk, long ownBytes) {
        chunks[slot] = chunk;
        slotReaders[slot] = new SlotReader(slot, ownBytes);
        slotReaders[slot].moved(chunk.isHere());
        chunk.addReader(slotReaders[slot]);
    }

    /** How many tasks and results still read each slot. Before the first task only. */
    int[] readers() {
        return readersLeft;
    }

    /** Which tasks read {@code slot}, the last one first. */
    int[] readersOf(int slot) {
        return readersOf[slot];
    }

    /** True if {@code slot} was filled with data before the run. */
    boolean isBound(int slot) {
        return bound[slot];
    }

    TaskNeeds needs() {
        return needs;
    }

    long[] slotBytes() {
        return plan.slotBytes();
    }

    /** True if {@code task} has its inputs one after the other; they are not pinned for it. */
    boolean isPiecewise(Task task) {
        return Piecewise.is(task, plan.slotBytes(), pool().budget().capacity());
    }

    /** As {@link Chunk.Reader#distance}, when the next task that reads {@code slot} is done. */
    long distanceAfterNext(int slot) {
        int[] readers = readersOf[slot];
        int found = 0;
        for (int i = readers.length - 1; i >= 0; i--) {
            if (!done[readers[i]] && ++found == 2) {
                return Math.max(0, readers[i] - position);
            }
        }
        return Chunk.NEVER;
    }

    ChunkStore store() {
        return store;
    }

    BufferPool pool() {
        return store.pool();
    }

    /** Valid while a task that reads or writes the slot runs. */
    MemorySegment of(int slot) {
        return chunks[slot].memory();
    }

    /** The chunk in a slot that is filled. */
    synchronized Chunk chunk(int slot) {
        return chunks[slot];
    }

    synchronized boolean isFilled(int slot) {
        return chunks[slot] != null;
    }

    /** Bytes of this run's own chunks that are in memory. */
    long heldBytes() {
        return heldBytes.get();
    }

    // ---- what a task needs

    /**
     * Pins what {@code task} reads, gives its outputs memory, and what it needs beside: everything
     * or nothing. After {@link Grant.Loading} the task may run when all chunks have arrived. {@link
     * #taskDone} or {@link #release} has to follow in both cases.
     */
    Grant acquire(Task task, Urgency urgency) {
        List<Chunk> pinned = new ArrayList<>(task.reads().length);
        List<Chunk> away = List.of();
        for (int slot : pinnedReads(task)) {
            Chunk chunk = chunk(slot);
            if (chunk.tryPin() != Chunk.Place.AWAY) {
                pinned.add(chunk);
            } else {
                away = away.isEmpty() ? new ArrayList<>() : away;
                away.add(chunk);
            }
        }
        var buffers = new Buffers(new Buffer[task.writes().length]);
        Grant.Lacking lacking;
        try {
            lacking = allocate(task, away, urgency, buffers, pinned);
        } catch (RuntimeException | Error e) {
            undo(pinned, buffers);
            throw e;
        }
        if (lacking != null) {
            undo(pinned, buffers);
            return lacking;
        }
        fillOutputs(task, buffers);
        for (Chunk chunk : pinned) {
            if (!chunk.isHere()) {
                return new Grant.Loading(List.copyOf(pinned));
            }
        }
        return READY;
    }

    /** What a task has got so far. */
    private static final class Buffers {
        final Buffer[] outputs;
        Buffer beside;
        ProductMemory product;

        Buffers(Buffer[] outputs) {
            this.outputs = outputs;
        }
    }

    /** What {@code task}, which was acquired, has beside its slots. */
    synchronized TaskMemory memory(Task task) {
        return reserved.get(task);
    }

    /** The chunks that have to be in memory when {@code task} runs. */
    Set<Chunk> wanted(Task task) {
        Set<Chunk> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int slot : pinnedReads(task)) {
            wanted.add(chunk(slot));
        }
        return wanted;
    }

    private int[] pinnedReads(Task task) {
        return isPiecewise(task) ? NOTHING : task.reads();
    }

    private static void undo(List<Chunk> pinned, Buffers buffers) {
        pinned.forEach(Chunk::unpin);
        for (Buffer buffer : buffers.outputs) {
            if (buffer != null) {
                buffer.release();
            }
        }
        if (buffers.beside != null) {
            buffers.beside.release();
        }
    }

    /**
     * Memory for what is needed beside, for outputs and for what is away; answers what there is no
     * memory for.
     */
    private Grant.Lacking allocate(
            Task task, List<Chunk> away, Urgency urgency, Buffers buffers, List<Chunk> pinned) {
        boolean insists = urgency == Urgency.INSIST;
        long slots = slotBytes(task, away);
        Grant.Lacking lacking = null;
        for (TaskNeeds.Choice choice : needs.choices(task, plan.slotBytes())) {
            lacking = takeBeside(choice, slots, buffers);
            if (lacking == null || urgency == Urgency.WAIT) {
                break;
            }
        }
        if (lacking != null && !insists) {
            return lacking;
        }
        if (lacking != null) {
            TaskNeeds.Choice least = needs.choices(task, plan.slotBytes()).getLast();
            buffers.beside = least.byteSize() == 0 ? null : pool().allocate(least.byteSize());
            buffers.product = least.product();
        }
        for (int i = 0; i < buffers.outputs.length; i++) {
            long bytes = plan.slotBytes()[task.writes()[i]];
            if (bytes >= 0 && !(task instanceof Task.Alias)) {
                buffers.outputs[i] = insists ? pool().allocate(bytes) : pool().tryAllocate(bytes);
                if (buffers.outputs[i] == null) {
                    return new Grant.Lacking(store, bytes);
                }
            }
        }
        for (Chunk chunk : away) {
            if (!bring(chunk, insists)) {
                return new Grant.Lacking(chunk.store(), chunk.byteSize());
            }
            pinned.add(chunk);
        }
        return null;
    }

    /**
     * Takes what a task could run with if there is so much beside {@code slots} bytes, and
     * something left for the scratch memory of what runs; answers what is missing, null if nothing
     * is.
     */
    private Grant.Lacking takeBeside(TaskNeeds.Choice choice, long slots, Buffers buffers) {
        long beside = choice.byteSize() == 0 ? 0 : pool().footprint(choice.byteSize());
        long capacity = pool().budget().capacity();
        long left = capacity - pool().stats().inUse() - slots - beside;
        if (left < capacity / SCRATCH_DIVISOR) {
            return new Grant.Lacking(store, capacity / SCRATCH_DIVISOR - left);
        }
        if (beside > 0) {
            buffers.beside = pool().tryAllocate(choice.byteSize());
            if (buffers.beside == null) {
                return new Grant.Lacking(store, beside);
            }
        }
        buffers.product = choice.product();
        return null;
    }

    /** Pins a chunk that was away a moment ago; false if there is no memory for it. */
    private static boolean bring(Chunk chunk, boolean insist) {
        while (chunk.tryPin() == Chunk.Place.AWAY) {
            BufferPool pool = chunk.store().pool();
            long bytes = chunk.byteSize();
            Buffer buffer = insist ? pool.allocate(bytes) : pool.tryAllocate(bytes);
            if (buffer == null) {
                return false;
            }
            if (chunk.store().beginLoad(chunk, buffer)) {
                return true;
            }
            buffer.release();
        }
        return true;
    }

    private synchronized void fillOutputs(Task task, Buffers buffers) {
        reserved.put(task, new TaskMemory(pool(), buffers.beside, buffers.product));
        if (task instanceof Task.Alias alias) {
            fill(alias.writes()[0], chunks[alias.reads()[0]].retain(), 0);
            return;
        }
        for (int i = 0; i < buffers.outputs.length; i++) {
            Buffer output = buffers.outputs[i];
            if (output != null) {
                int slot = task.writes()[i];
                Remake remake = Remakes.of(task, reader, pool(), isKept[slot]);
                fill(slot, store.add(output, remake), output.byteSize());
            }
        }
    }

    /** Bytes of the budget for what {@code task} writes and for what is away. */
    private long slotBytes(Task task, List<Chunk> away) {
        long bytes = 0;
        if (!(task instanceof Task.Alias)) {
            for (int slot : task.writes()) {
                long own = plan.slotBytes()[slot];
                bytes += own < 0 ? 0 : pool().footprint(own);
            }
        }
        for (Chunk chunk : away) {
            bytes += pool().footprint(chunk.byteSize());
        }
        return bytes;
    }

    /** {@code buffer}, whose count passes to this, is the output of unknown length in a slot. */
    synchronized void fillUnknown(int slot, Buffer buffer, long[] shape) {
        if (chunks[slot] != null) {
            buffer.release();
            throw new IllegalStateException("an output of unknown length is allocated once");
        }
        fill(slot, store.add(buffer, null), 0);
        unknownShapes[slot] = shape;
    }

    /** Undoes {@link #acquire} for a task that was not run. */
    synchronized void release(Task task) {
        unpin(task);
        for (int slot : task.writes()) {
            free(slot);
        }
    }

    private void unpin(Task task) {
        reserved.remove(task).close();
        for (int slot : pinnedReads(task)) {
            chunks[slot].unpin();
        }
        for (int slot : task.writes()) {
            // an alias has not pinned its output, which is its input
            if (chunks[slot] != null && !(task instanceof Task.Alias)) {
                chunks[slot].unpin();
            }
        }
    }

    /**
     * Task {@code t}, which was acquired, has ended: unpins what it used, and frees what nobody
     * reads any more.
     *
     * @param firstUnfinished the first task that has not ended
     */
    synchronized void taskDone(int t, int firstUnfinished) {
        Task task = plan.tasks().get(t);
        done[t] = true;
        position = firstUnfinished;
        unpin(task);
        for (int slot : task.reads()) {
            dropReader(slot);
        }
    }

    /** One who reads {@code slot} is done. */
    synchronized void dropReader(int slot) {
        if (--readersLeft[slot] == 0) {
            free(slot);
        }
    }

    private void free(int slot) {
        Chunk chunk = chunks[slot];
        if (chunk != null) {
            chunks[slot] = null;
            chunk.removeReader(slotReaders[slot]);
            slotReaders[slot].leave();
            chunk.release();
        }
    }

    synchronized void freeAll() {
        for (int slot = 0; slot < chunks.length; slot++) {
            free(slot);
        }
    }

    // ---- results

    /** The roots' results; their counts pass to the caller. */
    synchronized List<Stored> takeResults() {
        List<Stored> results = new ArrayList<>(plan.results().size());
        for (Plan.Result root : plan.results()) {
            Chunk[] own = new Chunk[root.slots().length];
            for (int i = 0; i < own.length; i++) {
                own[i] = chunks[root.slots()[i]].retain();
            }
            results.add(new ChunkStored(root.dtype(), grid(root), own, store));
        }
        return results;
    }

    /** Where a root's chunks are cut. After its last task. */
    synchronized ChunkGrid grid(Plan.Result root) {
        return root.grid() != null ? root.grid() : ChunkGrid.whole(unknownShapes[root.slots()[0]]);
    }
}
