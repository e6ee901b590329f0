package io.tharsis.engine.storage;

import io.tharsis.engine.memory.Buffer;
import io.tharsis.engine.spill.SpillFile;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * The bytes of one chunk, wherever they are: in memory, on disk, or nowhere because they can be
 * made again. Made once, never written after that. Counted: who holds a chunk releases it once, and
 * the last one frees it. Pinned: while somebody has it pinned it is in memory; else its {@link
 * ChunkStore} may take the memory away.
 *
 * <p><b>Any thread may call any method.</b>
 */
public final class Chunk {
    /** Where a chunk was when somebody wanted to pin it. */
    public enum Place {
        /** In memory, and pinned now. */
        HERE,
        /** Pinned now, and in memory when {@link #arrival} completes. */
        COMING,
        /** Not in memory and not pinned: {@link #beginLoad} brings it. */
        AWAY
    }

    /** Somebody who will read a chunk. */
    @FunctionalInterface
    public interface Reader {
        /**
         * About how many tasks will be run before the chunk is read; {@link #NEVER} if no task
         * will. Must not block; an answer that is out of date does no harm.
         */
        long distance();

        /** The bytes came to memory or left it. Called outside all locks; must not block. */
        default void moved(boolean here) {}
    }

    /** The distance of what nobody has plans for. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final Reader[] NOBODY = {};

    private final ChunkStore store;
    private final long byteSize;
    private volatile Reader[] readers = NOBODY;
    private volatile long lastUse;

    // written under this lock, as all that follows
    private volatile MemorySegment memory;
    private Buffer buffer;
    private SpillFile file;
    private Remake remake;
    private CompletableFuture<Void> arrival;

    /** Why the last load failed. */
    private Throwable lost;

    private boolean writing;
    private int users = 1;
    private int pins;

    /** A chunk in a buffer of {@code store}, pinned once by whoever fills it. */
    Chunk(ChunkStore store, Buffer buffer, Remake remake) {
        this.store = store;
        this.buffer = buffer;
        this.memory = buffer.segment();
        this.byteSize = buffer.byteSize();
        this.remake = remake;
        this.pins = 1;
    }

    private Chunk(MemorySegment memory) {
        this.store = null;
        this.memory = memory;
        this.byteSize = memory.byteSize();
    }

    /** Memory of somebody else, who keeps it until the chunk is released. */
    public static Chunk of(MemorySegment memory) {
        return new Chunk(memory);
    }

    /** The store that made this; null if the memory is somebody else's. */
    public ChunkStore store() {
        return store;
    }

    public long byteSize() {
        return byteSize;
    }

    /** The bytes; valid while the caller has the chunk pinned. */
    public MemorySegment memory() {
        MemorySegment here = memory;
        if (here == null) {
            throw new IllegalStateException("a chunk is used that is not in memory: pin it first");
        }
        return here;
    }

    /** True if the bytes are in memory now. */
    public boolean isHere() {
        return memory != null;
    }

    // ---- counts

    /** One user more. */
    public synchronized Chunk retain() {
        if (users == 0) {
            throw new IllegalStateException("a chunk is retained after its last release");
        }
        users++;
        return this;
    }

    /** One user less; the last one frees memory and file. */
    public void release() {
        Buffer freed;
        SpillFile left;
        synchronized (this) {
            if (users == 0) {
                throw new IllegalStateException("a chunk is released more often than retained");
            }
            if (--users > 0) {
                return;
            }
            freed = buffer;
            left = file;
            buffer = null;
            file = null;
            memory = null;
            remake = null;
        }
        if (store != null) {
            store.forget(this);
            if (freed != null) {
                freed.release();
            }
            if (left != null) {
                store.delete(left);
            }
        }
    }

    // ---- readers

    public synchronized void addReader(Reader reader) {
        Reader[] more = Arrays.copyOf(readers, readers.length + 1);
        more[readers.length] = reader;
        readers = more;
    }

    public synchronized void removeReader(Reader reader) {
        Reader[] fewer = new Reader[readers.length];
        int kept = 0;
        boolean found = false;
        for (Reader each : readers) {
            if (!found && each == reader) {
                found = true;
            } else {
                fewer[kept++] = each;
            }
        }
        readers = kept == 0 ? NOBODY : Arrays.copyOf(fewer, kept);
    }

    /** How soon it is needed: the least distance of its readers. */
    long distance() {
        long least = NEVER;
        for (Reader reader : readers) {
            least = Math.min(least, reader.distance());
        }
        return least;
    }

    long lastUse() {
        return lastUse;
    }

    private void tellReaders(boolean nowHere) {
        for (Reader reader : readers) {
            reader.moved(nowHere);
        }
    }

    // ---- pins

    /** Pins the chunk unless it is {@link Place#AWAY}. */
    public synchronized Place tryPin() {
        if (users == 0) {
            throw new IllegalStateException("a chunk is used after its last release");
        }
        if (memory == null && arrival == null) {
            return Place.AWAY;
        }
        pins++;
        return memory != null ? Place.HERE : Place.COMING;
    }

    public void unpin() {
        long now = store == null ? 0 : store.tick();
        synchronized (this) {
            if (pins == 0) {
                throw new IllegalStateException("a chunk is unpinned more often than pinned");
            }
            pins--;
            lastUse = now;
        }
    }

    /**
     * Completes when a chunk that was {@link Place#COMING} is in memory, with an error if it cannot
     * be brought.
     */
    public synchronized CompletableFuture<Void> arrival() {
        if (arrival != null) {
            return arrival;
        }
        return memory != null
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(lost);
    }

    /**
     * Pins a chunk that is {@link Place#AWAY}, to be brought into {@code into} by {@link #load}.
     *
     * @param into its count passes to this, unless the answer is false
     * @return false if it is not away any more
     */
    synchronized boolean beginLoad(Buffer into) {
        if (memory != null || arrival != null) {
            return false;
        }
        arrival = new CompletableFuture<>();
        buffer = into;
        pins++;
        // the load keeps it, whoever else lets go
        users++;
        return true;
    }

    /** Brings the bytes, after {@link #beginLoad}. On a thread for input and output. */
    void load() {
        SpillFile from;
        Remake again;
        Buffer into;
        CompletableFuture<Void> waiting;
        Throwable failure = null;
        synchronized (this) {
            from = file;
            again = remake;
            into = buffer;
            waiting = arrival;
        }
        try {
            store.fetch(from, again, into.segment());
        } catch (Throwable e) {
            failure = e;
        }
        synchronized (this) {
            arrival = null;
            if (failure == null) {
                memory = into.segment();
            } else {
                buffer = null;
                lost = failure;
            }
        }
        if (failure == null) {
            store.noteHere(this);
            tellReaders(true);
        } else {
            into.release();
        }
        // before anybody hears of it, so that who lets go last frees it at once
        release();
        if (failure == null) {
            waiting.complete(null);
        } else {
            waiting.completeExceptionally(failure);
        }
    }

    /**
     * Copies the bytes, wherever they are, and leaves them there. Waits.
     *
     * @param target memory of exactly the chunk's size
     */
    public void copyInto(MemorySegment target) {
        SpillFile from;
        Remake again;
        synchronized (this) {
            users++;
            pins += memory == null ? 0 : 1;
            from = memory == null ? file : null;
            again = memory == null ? remake : null;
        }
        boolean here = from == null && again == null;
        try {
            if (here) {
                target.copyFrom(ChunkStore.await(this));
            } else {
                store.fetchNow(from, again, target);
            }
        } finally {
            if (here) {
                unpin();
            }
            release();
        }
    }

    // ---- eviction

    /** True if the memory could be taken away now. */
    boolean isIdle() {
        return pins == 0 && memory != null && !writing;
    }

    /** True if taking the memory away would need nothing to be written. */
    synchronized boolean isClean() {
        return file != null || remake != null;
    }

    /** What {@link #evict} did. */
    enum Eviction {
        DROPPED,
        MUST_WRITE,
        IN_USE
    }

    /**
     * Takes the memory away if nobody has it pinned and the bytes can be had again; if they must be
     * written first, {@link #write} has to follow.
     */
    Eviction evict() {
        Buffer freed;
        synchronized (this) {
            if (users == 0 || !isIdle()) {
                return Eviction.IN_USE;
            }
            if (file == null && remake == null) {
                writing = true;
                users++;
                return Eviction.MUST_WRITE;
            }
            freed = buffer;
            buffer = null;
            memory = null;
        }
        store.forget(this);
        tellReaders(false);
        freed.release();
        return Eviction.DROPPED;
    }

    /**
     * Writes the bytes to disk, and takes the memory away if nobody has pinned it meanwhile; the
     * chunk stays where it is if that fails.
     */
    void write() {
        Buffer freed = null;
        SpillFile written = null;
        try {
            written = store.spill(memory);
        } finally {
            synchronized (this) {
                writing = false;
                file = written;
                if (written != null && pins == 0) {
                    freed = buffer;
                    buffer = null;
                    memory = null;
                }
            }
            if (freed != null) {
                store.forget(this);
                tellReaders(false);
                freed.release();
            }
            release();
        }
    }
}
