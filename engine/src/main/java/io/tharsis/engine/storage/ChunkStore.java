package io.tharsis.engine.storage;

import io.tharsis.engine.memory.Buffer;
import io.tharsis.engine.memory.BufferPool;
import io.tharsis.engine.spill.SpillException;
import io.tharsis.engine.spill.SpillFile;
import io.tharsis.engine.spill.SpillSpace;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The chunks of one session. When memory runs out it takes away that of the chunks which are needed
 * last: what can be had again is dropped, the rest is written to disk by threads of its own, so
 * that kernels go on meanwhile. The same threads bring chunks back.
 *
 * <p><b>Any thread may call any method.</b> No method that frees memory may be called under a
 * chunk's lock.
 */
public final class ChunkStore implements AutoCloseable {
    /** Threads that read and write. */
    public static final int IO_THREADS = 2;

    /** What has a copy on disk, or can be made again, counts as this much further away. */
    private static final int CLEAN_WEIGHT = 2;

    /** Chunks smaller than this are spilled after all others: a file costs about as much. */
    private static final long SMALL = 16 << 10;

    /** With more idle chunks than this, so many parts of the budget are made free at a time. */
    private static final int MANY = 1024;

    private final BufferPool pool;
    private final SpillSpace space;
    private final StoreCounters counters = new StoreCounters();
    private final Set<Chunk> here = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor io;
    private final AtomicLong ticks = new AtomicLong();
    private final AtomicInteger underWay = new AtomicInteger();
    private final Set<CompletableFuture<Void>> writes = ConcurrentHashMap.newKeySet();
    private final AtomicLong writingBytes = new AtomicLong();
    private final List<Runnable> listeners = new ArrayList<>();
    private final BooleanSupplier collector;
    private volatile SpillException lastFailure;

    /**
     * @param pool where chunks are; asks this for room when it has none
     * @param space closed with this
     * @param collector lets go of chunks that nobody can use any more, if it is likely that there
     *     are some; says whether it tried
     */
    public ChunkStore(BufferPool pool, SpillSpace space, BooleanSupplier collector) {
        this.pool = pool;
        this.collector = collector;
        this.space = space;
        this.io = ioThreads();
        pool.relieveWith(bytes -> collector.getAsBoolean() || makeRoom(bytes));
    }

    private static ThreadPoolExecutor ioThreads() {
        var numbers = new AtomicInteger();
        var executor =
                new ThreadPoolExecutor(
                        IO_THREADS,
                        IO_THREADS,
                        10,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        body -> new IoThread(body, numbers.getAndIncrement()));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    private static final class IoThread extends Thread {
        IoThread(Runnable body, int number) {
            super(body, "tharsis-io-" + number);
            setDaemon(true);
        }
    }

    public BufferPool pool() {
        return pool;
    }

    public StoreCounters counters() {
        return counters;
    }

    /** Bytes of the budget that no chunk can have: buffers for input and output. */
    public long reservedBytes() {
        return space.reservedBytes();
    }

    /** Bytes on disk now. */
    public long storedBytes() {
        return space.storedBytes();
    }

    /**
     * Called, on any thread, when input or output has ended, and so memory may have become free.
     */
    public void onProgress(Runnable listener) {
        synchronized (listeners) {
            listeners.add(listener);
        }
    }

    /** True if something is being read or written whose end may free memory. */
    public boolean isBusy() {
        return underWay.get() > 0;
    }

    /**
     * A chunk in {@code buffer}, whose count passes to it; pinned once, by the caller, who fills
     * it.
     *
     * @param remake null if the bytes cannot be had again
     */
    public Chunk add(Buffer buffer, Remake remake) {
        var chunk = new Chunk(this, buffer, remake);
        here.add(chunk);
        return chunk;
    }

    long tick() {
        return ticks.incrementAndGet();
    }

    void noteHere(Chunk chunk) {
        here.add(chunk);
    }

    void forget(Chunk chunk) {
        here.remove(chunk);
    }

    // ---- pinning from outside a task

    /** Pins {@code chunk}, and waits until it is in memory; the caller unpins it. */
    public static MemorySegment pin(Chunk chunk) {
        while (true) {
            Chunk.Place place = chunk.tryPin();
            if (place == Chunk.Place.AWAY) {
                ChunkStore store = chunk.store();
                Buffer buffer = store.pool.allocate(chunk.byteSize());
                if (!store.beginLoad(chunk, buffer)) {
                    buffer.release();
                    continue;
                }
            }
            try {
                return await(chunk);
            } catch (RuntimeException | Error e) {
                chunk.unpin();
                throw e;
            }
        }
    }

    /** The memory of a chunk that the caller has pinned, when it is there. */
    public static MemorySegment await(Chunk chunk) {
        try {
            chunk.arrival().join();
            return chunk.memory();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /**
     * Starts to bring {@code chunk}, which is away, into {@code buffer}; it is pinned then, and
     * {@link Chunk#arrival} tells when it is there.
     *
     * @return false if it is not away any more; the buffer stays the caller's then
     */
    public boolean beginLoad(Chunk chunk, Buffer buffer) {
        if (!chunk.beginLoad(buffer)) {
            return false;
        }
        submit(chunk::load);
        return true;
    }

    /** Runs {@code body} on a thread for input and output; listeners are told when it has ended. */
    public void submit(Runnable body) {
        underWay.incrementAndGet();
        Runnable counted =
                () -> {
                    try {
                        body.run();
                    } finally {
                        underWay.decrementAndGet();
                        progressed();
                    }
                };
        try {
            io.execute(counted);
        } catch (RejectedExecutionException closed) {
            // what waits for it must hear of its end
            counted.run();
        }
    }

    /** As {@link #submit}, for a body whose end frees {@code bytes}. */
    public void submitFreeing(long bytes, Runnable body) {
        writingBytes.addAndGet(bytes);
        submit(
                () -> {
                    try {
                        body.run();
                    } finally {
                        writingBytes.addAndGet(-bytes);
                    }
                });
    }

    private void progressed() {
        List<Runnable> told;
        synchronized (listeners) {
            told = List.copyOf(listeners);
        }
        told.forEach(Runnable::run);
    }

    // ---- making room

    /** What {@link #requestRoom} found. */
    public enum Room {
        /** Some memory is free now that was not. */
        FREED,
        /** Chunks are being written; listeners will hear when that is done. */
        COMING,
        /** Nothing can be taken away now. */
        NONE
    }

    /**
     * Takes memory away from idle chunks, those needed last first, until {@code bytes} are or will
     * be free. Returns at once.
     *
     * @param wanted chunks for which the room is, which are left where they are
     */
    public Room requestRoom(long bytes, Collection<Chunk> wanted) {
        if (collector.getAsBoolean()) {
            return Room.FREED;
        }
        List<Chunk> toWrite = new ArrayList<>();
        boolean freed = take(bytes, candidate -> !wanted.contains(candidate.chunk()), toWrite);
        toWrite.forEach(this::startWrite);
        return freed ? Room.FREED : isBusy() ? Room.COMING : Room.NONE;
    }

    /**
     * Drops chunks that are needed later than after {@code distance} tasks, and begins to write
     * others of that kind for the next time. Returns at once.
     *
     * @return whether one was dropped
     */
    public boolean dropBeyond(long bytes, long distance) {
        List<Chunk> toWrite = new ArrayList<>();
        boolean dropped =
                lastFailure == null
                        && take(bytes, candidate -> candidate.distance() > distance, toWrite);
        toWrite.forEach(this::startWrite);
        return dropped;
    }

    private CompletableFuture<Void> startWrite(Chunk chunk) {
        var done = new CompletableFuture<Void>();
        writes.add(done);
        submit(
                () -> {
                    Throwable failure;
                    try {
                        failure = write(chunk);
                    } catch (RuntimeException | Error e) {
                        failure = e;
                    }
                    writes.remove(done);
                    if (failure == null) {
                        done.complete(null);
                    } else {
                        done.completeExceptionally(failure);
                    }
                });
        return done;
    }

    private SpillException write(Chunk chunk) {
        try {
            chunk.write();
            lastFailure = null;
        } catch (SpillException failure) {
            lastFailure = failure;
        } finally {
            writingBytes.addAndGet(-chunk.byteSize());
        }
        return lastFailure;
    }

    /**
     * As {@link #requestRoom}, but without a collection, and waits for what is written.
     *
     * @return false if nothing could be freed
     * @throws SpillException if nothing could be freed because writing failed
     */
    public boolean makeRoom(long bytes) {
        List<Chunk> toWrite = new ArrayList<>();
        boolean freed = take(bytes, _ -> true, toWrite);
        SpillException failure = null;
        if (Thread.currentThread() instanceof IoThread) {
            for (Chunk chunk : toWrite) {
                failure = write(chunk);
                freed |= failure == null;
            }
        } else {
            // Its own ones may have ended before it looks at those under way.
            Set<CompletableFuture<Void>> awaited = new HashSet<>();
            toWrite.forEach(chunk -> awaited.add(startWrite(chunk)));
            awaited.addAll(writes);
            for (CompletableFuture<Void> write : awaited) {
                try {
                    write.join();
                    freed = true;
                } catch (CompletionException e) {
                    if (!(e.getCause() instanceof SpillException refused)) {
                        throw e;
                    }
                    failure = refused;
                }
            }
        }
        if (!freed && failure != null) {
            throw failure;
        }
        return freed;
    }

    /**
     * Drops chunks that {@code may} be taken and chooses others to be written.
     *
     * @return whether one was dropped
     */
    private synchronized boolean take(long bytes, Predicate<Candidate> may, List<Chunk> toWrite) {
        long missing = bytes - writingBytes.get();
        boolean dropped = false;
        List<Candidate> candidates = candidates(missing);
        if (candidates.size() > MANY) {
            // sorting them for each of thousands of tiny chunks would take minutes
            missing = Math.max(missing, pool.budget().capacity() / MANY);
        }
        for (Candidate candidate : candidates) {
            if (missing <= 0) {
                break;
            }
            if (!may.test(candidate)) {
                continue;
            }
            Chunk chunk = candidate.chunk();
            switch (chunk.evict()) {
                case DROPPED -> {
                    counters.dropped(chunk.byteSize());
                    missing -= chunk.byteSize();
                    dropped = true;
                }
                case MUST_WRITE -> {
                    writingBytes.addAndGet(chunk.byteSize());
                    toWrite.add(chunk);
                    missing -= chunk.byteSize();
                }
                case IN_USE -> {}
            }
        }
        return dropped;
    }

    private record Candidate(Chunk chunk, long distance, boolean small, long age) {}

    /** Idle chunks, the one to be taken first first. */
    private List<Candidate> candidates(long missing) {
        if (missing <= 0) {
            return List.of();
        }
        List<Candidate> found = new ArrayList<>();
        for (Chunk chunk : here) {
            if (chunk.isIdle()) {
                long distance = chunk.distance();
                if (distance < Chunk.NEVER / CLEAN_WEIGHT && chunk.isClean()) {
                    distance *= CLEAN_WEIGHT;
                }
                found.add(
                        new Candidate(chunk, distance, chunk.byteSize() < SMALL, chunk.lastUse()));
            }
        }
        found.sort(
                Comparator.comparing(Candidate::small)
                        .thenComparing(Candidate::distance, Comparator.reverseOrder())
                        .thenComparing(Candidate::age));
        return found;
    }

    /** Why the last chunk could not be spilled; null if it could. */
    public SpillException lastFailure() {
        return lastFailure;
    }

    // ---- what chunks ask for

    SpillFile spill(MemorySegment memory) {
        long start = System.nanoTime();
        SpillFile file = space.write(memory);
        counters.spilled(file, System.nanoTime() - start);
        return file;
    }

    void fetch(SpillFile file, Remake remake, MemorySegment target) {
        long start = System.nanoTime();
        if (file == null) {
            remake.into(target);
            counters.remade(target.byteSize(), System.nanoTime() - start);
            return;
        }
        space.read(file, target);
        counters.loaded(file, System.nanoTime() - start);
    }

    /** As {@link #fetch}, on a thread for input and output, which cannot be interrupted. */
    void fetchNow(SpillFile file, Remake remake, MemorySegment target) {
        var done = new CompletableFuture<Void>();
        submit(
                () -> {
                    try {
                        fetch(file, remake, target);
                        done.complete(null);
                    } catch (Throwable e) {
                        done.completeExceptionally(e);
                    }
                });
        try {
            done.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    void delete(SpillFile file) {
        try {
            io.execute(() -> space.delete(file));
        } catch (RejectedExecutionException closed) {
            space.delete(file);
        }
    }

    /** Waits for what is under way and removes all files. Chunks in memory stay where they are. */
    @Override
    public void close() {
        io.shutdown();
        boolean interrupted = false;
        while (!io.isTerminated()) {
            try {
                if (io.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        space.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
