package io.tharsis.engine.execute;

import io.tharsis.ClosedException;
import io.tharsis.engine.fuse.Loop;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.memory.Buffer;
import io.tharsis.engine.memory.BufferPool;
import io.tharsis.engine.memory.OutOfMemoryBudgetException;
import io.tharsis.engine.plan.GraphReader;
import io.tharsis.engine.storage.ChunkGrid;
import io.tharsis.engine.storage.ChunkStored;
import io.tharsis.engine.storage.Stored;
import io.tharsis.engine.tile.Plan;
import io.tharsis.engine.tile.Task;
import io.tharsis.kernels.ir.Format;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * One run of a plan. Tasks start in the plan's order as soon as their inputs are there and their
 * outputs' memory is reserved; a slot is freed with its last reader. Small plans run on the
 * caller's thread, others on a pool.
 *
 * <p>Thread-safe. All state is under this object's lock, but for the memory of filled slots, which
 * does not change until it is freed.
 */
public final class Execution {
    /** Tasks past the first unstarted one that may overtake it. */
    private static final int LOOK_AHEAD = 32;

    private final Plan plan;
    private final GraphReader reader;
    private final BufferPool pool;
    private final ComputePool workers;
    private final MemorySegment[] memory;
    private final Buffer[] buffers;
    private final boolean[] owned;
    private final long[][] unknownShapes;
    private final int[] readersLeft;
    private final int[] makersLeft;
    private final int[][] readersOf;
    private final boolean[] started;
    private final boolean[] done;
    private final Foresight foresight;
    private final boolean nested;
    private final List<SharedTask> active = new ArrayList<>();
    private final CompletableFuture<List<Stored>> result = new CompletableFuture<>();
    private final AtomicLong workDone = new AtomicLong();
    private final long workTotal;
    private int firstUnstarted;
    private int firstUnfinished;
    private int running;
    private int finished;
    private long heldBytes;
    private boolean waitsForMemory;
    private long waitsSince;
    private boolean admitted;
    private boolean ended;
    private Throwable failure;

    /** A job that several workers may be at; its task is -1 if it is a loop inside a task. */
    private record SharedTask(int task, SharedJob job) {}

    /**
     * @param reader the operands of the plan's structure, their data held; released when this
     *     execution ends
     * @param workers null to run on the caller's thread
     */
    public Execution(Plan plan, GraphReader reader, BufferPool pool, ComputePool workers) {
        this.plan = plan;
        this.reader = reader;
        this.pool = pool;
        this.workers = workers;
        int slots = plan.slotBytes().length;
        int tasks = plan.tasks().size();
        memory = new MemorySegment[slots];
        buffers = new Buffer[slots];
        owned = new boolean[slots];
        unknownShapes = new long[slots][];
        readersLeft = new int[slots];
        makersLeft = new int[tasks];
        started = new boolean[tasks];
        done = new boolean[tasks];
        nested = ComputePool.isWorker();
        readersOf = ReaderLists.of(plan);
        workTotal = Math.max(1, plan.work());
        boolean[] bound = new boolean[slots];
        for (Plan.Bound data : plan.bound()) {
            Stored stored = reader.held(data.origin());
            memory[data.slot()] = stored.chunk(data.chunk());
            if (stored instanceof ChunkStored chunks) {
                buffers[data.slot()] = chunks.buffer(data.chunk()).retain();
            }
            bound[data.slot()] = true;
        }
        for (int t = 0; t < tasks; t++) {
            for (int slot : plan.tasks().get(t).reads()) {
                readersLeft[slot]++;
                makersLeft[t] += bound[slot] ? 0 : 1;
            }
        }
        for (Plan.Result root : plan.results()) {
            for (int slot : root.slots()) {
                readersLeft[slot]++;
            }
        }
        foresight = workers == null ? null : new Foresight(plan, readersLeft);
    }

    /** Runs everything; answers the roots' results, whose counts pass to the caller. */
    public List<Stored> run() {
        if (workers == null) {
            return runHere();
        }
        CompletableFuture<List<Stored>> future = start();
        if (nested) {
            // a worker that only waited could be the one that is waited for
            workers.helpUntilEnd(this);
        }
        return Waiting.on(future, this);
    }

    /**
     * Starts on the pool; the answer completes with the roots' results, whose counts pass to the
     * caller.
     */
    public CompletableFuture<List<Stored>> start() {
        try {
            workers.submit(this);
        } catch (RuntimeException e) {
            fail(e);
        }
        endIfOver();
        if (hasEnded()) {
            workers.remove(this);
        }
        return result;
    }

    private List<Stored> runHere() {
        try {
            for (Task task : plan.tasks()) {
                checkCancelled();
                allocate(task, true);
                Job job = Jobs.of(task, this);
                try {
                    int morsels = job.morsels();
                    for (int morsel = 0; morsel < morsels; morsel++) {
                        job.run(morsel);
                    }
                    job.finish();
                } finally {
                    job.release();
                }
                for (int slot : task.reads()) {
                    dropReader(slot);
                }
            }
            return takeResults();
        } finally {
            freeAll();
            reader.releaseHeld();
        }
    }

    /** Something for a worker to do, null if there is nothing now. Called under the pool's lock. */
    synchronized Runnable poll() {
        if (failure != null || ended) {
            return null;
        }
        for (int i = active.size() - 1; i >= 0; i--) {
            SharedJob job = active.get(i).job();
            if (job.hasMore()) {
                return job::work;
            }
        }
        if (!admitted || waitsForMemory && workers.busy() > 0 && workers.frees() == waitsSince) {
            return null;
        }
        int seen = 0;
        long room = -1;
        for (int t = firstUnstarted; t < started.length && seen < LOOK_AHEAD; t++) {
            if (started[t]) {
                continue;
            }
            seen++;
            if (makersLeft[t] > 0) {
                continue;
            }
            room = room < 0 && t > firstUnfinished ? heldBytes + pool.available() : room;
            if (foresight.allows(t, room)) {
                started[t] = true;
                running++;
                foresight.starts(t);
                workers.taskStarts();
                waitsSince = workers.frees();
                while (firstUnstarted < started.length && started[firstUnstarted]) {
                    firstUnstarted++;
                }
                int chosen = t;
                return () -> startTask(chosen);
            }
        }
        return null;
    }

    /**
     * True if tasks of this execution may start; else asks whether {@code room} bytes beside what
     * it needs at most are left.
     */
    synchronized boolean admit(long room) {
        admitted |= nested || foresight.peak() <= room;
        return admitted;
    }

    /** Bytes this execution may still take, those it holds included. */
    synchronized long claim() {
        return admitted && !ended ? foresight.peak() : 0;
    }

    synchronized long heldBytes() {
        return heldBytes;
    }

    private void startTask(int t) {
        Task task = plan.tasks().get(t);
        try {
            if (isFailing() || !allocate(task, workers.busy() == 1)) {
                putBack(t);
                return;
            }
            var job = new SharedJob(Jobs.of(task, this), error -> taskDone(t, error));
            if (job.morsels() > 1) {
                share(t, job);
            }
            job.work();
        } catch (Throwable e) {
            fail(e);
            putBack(t);
        }
    }

    /** Lets idle workers help. */
    private void share(int task, SharedJob job) {
        synchronized (this) {
            active.add(new SharedTask(task, job));
            if (failure != null) {
                job.abandon();
            }
        }
        workers.wake();
    }

    private synchronized boolean isFailing() {
        return failure != null;
    }

    /** A task that was chosen does not run now. */
    private void putBack(int t) {
        synchronized (this) {
            started[t] = false;
            firstUnstarted = Math.min(firstUnstarted, t);
            foresight.putBack(t);
            running--;
            waitsForMemory = true;
        }
        workers.taskEnds(false);
        endIfOver();
    }

    private void taskDone(int t, Throwable error) {
        Task task = plan.tasks().get(t);
        if (error != null) {
            fail(error);
        }
        synchronized (this) {
            running--;
            finished++;
            done[t] = true;
            while (firstUnfinished < done.length && done[firstUnfinished]) {
                firstUnfinished++;
                foresight.finished(firstUnfinished);
            }
            waitsForMemory = false;
            active.removeIf(shared -> shared.task() == t);
            workDone.addAndGet(task.work());
            if (failure == null) {
                for (int slot : task.writes()) {
                    for (int next : readersOf[slot]) {
                        makersLeft[next]--;
                    }
                }
                for (int slot : task.reads()) {
                    dropReader(slot);
                }
            }
        }
        workers.taskEnds(true);
        endIfOver();
    }

    private synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        active.forEach(shared -> shared.job().abandon());
    }

    /**
     * Ends the execution, once, if nothing of it runs any more and it has failed or is finished.
     */
    private void endIfOver() {
        List<Stored> results = List.of();
        Throwable cause;
        synchronized (this) {
            if (ended || running > 0 || failure == null && finished < started.length) {
                return;
            }
            ended = true;
            try {
                results = failure == null ? takeResults() : results;
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            cause = failure;
            freeAll();
        }
        workers.remove(this);
        reader.releaseHeld();
        if (cause == null) {
            result.complete(results);
        } else {
            result.completeExceptionally(cause);
        }
        workers.wake();
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /**
     * Stops the execution as soon as the morsels under way are done; its future ends with a {@link
     * CancellationException}.
     */
    public void cancel() {
        stop(new CancellationException("the computation was cancelled"));
    }

    /**
     * As {@link #cancel}, for another reason. An execution on its caller's thread sees it before
     * its next task.
     */
    void stop(RuntimeException reason) {
        fail(reason);
        if (workers != null) {
            endIfOver();
        }
    }

    /** Stops it; nobody will take its results. */
    void cancelAndDrop() {
        cancel();
        result.whenComplete(
                (results, _) -> {
                    if (results != null) {
                        results.forEach(Stored::release);
                    }
                });
    }

    /** Ends an execution that was never run. */
    public void abandon() {
        freeAll();
        reader.releaseHeld();
    }

    void checkCancelled() {
        Throwable cause;
        synchronized (this) {
            cause = failure;
        }
        if (cause instanceof RuntimeException stopped
                && (stopped instanceof CancellationException
                        || stopped instanceof ClosedException)) {
            throw stopped;
        }
        if (cause != null) {
            throw new CancellationException("the computation ended early: " + cause);
        }
    }

    /** Work done, from 0 to 1. */
    public double progress() {
        double parts = 0;
        synchronized (this) {
            for (SharedTask shared : active) {
                parts +=
                        shared.task() < 0
                                ? 0
                                : plan.tasks().get(shared.task()).work() * shared.job().progress();
            }
        }
        return Math.min(1.0, (workDone.get() + parts) / workTotal);
    }

    /** What this execution is waiting for, in words. */
    public synchronized String describe() {
        return finished
                + " of "
                + started.length
                + " tasks done, "
                + running
                + " running"
                + (waitsForMemory ? ", the next one waits for memory" : "");
    }

    /**
     * Gives each output of {@code task} memory; false if there is none now, and nothing is taken
     * then.
     */
    private boolean allocate(Task task, boolean insist) {
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
                    taken[i] = insist ? insist(bytes) : pool.tryAllocate(bytes);
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

    /**
     * Memory at the cost of a collection; null if it is worth waiting for other tasks that have
     * started meanwhile.
     */
    private Buffer insist(long bytes) {
        try {
            return pool.allocate(bytes);
        } catch (OutOfMemoryBudgetException e) {
            if (workers != null && bytes <= pool.budget().capacity() && workers.busy() > 1) {
                return null;
            }
            throw e;
        }
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

    private void dropReader(int slot) {
        if (--readersLeft[slot] == 0) {
            free(slot);
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

    private synchronized void freeAll() {
        for (int slot = 0; slot < buffers.length; slot++) {
            free(slot);
        }
    }

    private synchronized List<Stored> takeResults() {
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

    MemorySegment memory(int slot) {
        return memory[slot];
    }

    synchronized boolean isFilled(int slot) {
        return memory[slot] != null;
    }

    synchronized void fillUnknown(int slot, Buffer buffer, long[] shape) {
        if (buffers[slot] != null) {
            buffer.release();
            throw new IllegalStateException("an output of unknown length is allocated once");
        }
        buffers[slot] = buffer;
        memory[slot] = buffer.segment();
        unknownShapes[slot] = shape;
    }

    BufferPool pool() {
        return pool;
    }

    int threads() {
        return workers == null ? 1 : workers.threads();
    }

    /** The parameters that operands give {@code loop}. */
    long[] params(Loop loop) {
        long[] params = new long[loop.program().paramCount()];
        for (Loop.Param param : loop.params()) {
            Op op = reader.op(param.origin());
            if (param.param() < params.length) {
                params[param.param()] =
                        switch (param.part()) {
                            case VALUE -> ((Op.Fill) op).bits();
                            case SEED -> ((Op.RandomBits) op).seed();
                            case STREAM -> ((Op.RandomBits) op).stream();
                        };
            }
        }
        return params;
    }

    /** The stored format of each output of {@code loop}. */
    Format[] formats(Loop loop) {
        Format[] formats = new Format[loop.outputs().size()];
        for (int o = 0; o < formats.length; o++) {
            formats[o] = loop.outputs().get(o).format();
        }
        return formats;
    }

    /** Runs {@code body} for each number below {@code count}, with the help of idle workers. */
    void parallelFor(int count, IntConsumer body) {
        if (workers == null || count < 2) {
            for (int i = 0; i < count; i++) {
                body.accept(i);
            }
            return;
        }
        var over = new CompletableFuture<Void>();
        var job =
                new SharedJob(
                        new Job() {
                            @Override
                            public int morsels() {
                                return count;
                            }

                            @Override
                            public void run(int morsel) {
                                body.accept(morsel);
                            }
                        },
                        error -> {
                            if (error == null) {
                                over.complete(null);
                            } else {
                                over.completeExceptionally(error);
                            }
                        });
        share(-1, job);
        job.work();
        try {
            // others may be at their last pieces, which use this call's memory
            Waiting.onHelpers(over);
        } finally {
            synchronized (this) {
                active.removeIf(shared -> shared.job() == job);
            }
        }
        checkCancelled();
    }
}
