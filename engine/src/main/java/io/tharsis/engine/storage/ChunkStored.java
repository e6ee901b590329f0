package io.tharsis.engine.storage;

import io.tharsis.DType;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A tensor in chunks of a {@link ChunkStore}, in memory or on disk. It owns one count of each chunk
 * until its own last count goes.
 */
public final class ChunkStored implements Stored {
    private final DType dtype;
    private final ChunkGrid grid;
    private final long[] shape;
    private final Chunk[] chunks;
    private final ChunkStore store;
    private final AtomicInteger counts = new AtomicInteger(1);

    /** Pinned until the last count goes. */
    private final Set<Integer> kept = new HashSet<>();

    /**
     * @param chunks one for each cell of {@code grid}; a count of each passes to this
     * @param store where the chunks are from
     */
    public ChunkStored(DType dtype, ChunkGrid grid, Chunk[] chunks, ChunkStore store) {
        this.store = store;
        this.dtype = dtype;
        this.grid = grid;
        this.shape = grid.shape();
        this.chunks = chunks;
    }

    @Override
    public DType dtype() {
        return dtype;
    }

    @Override
    public long[] shape() {
        return shape;
    }

    @Override
    public ChunkGrid grid() {
        return grid;
    }

    @Override
    public <T> T read(int chunk, Function<MemorySegment, T> reader) {
        Chunk read = chunks[chunk];
        MemorySegment memory = ChunkStore.pin(read);
        try {
            return reader.apply(memory);
        } finally {
            read.unpin();
        }
    }

    @Override
    public Chunk hold(int chunk) {
        return chunks[chunk].retain();
    }

    @Override
    public MemorySegment chunk(int chunk) {
        synchronized (kept) {
            MemorySegment memory = ChunkStore.pin(chunks[chunk]);
            if (!kept.add(chunk)) {
                chunks[chunk].unpin();
            }
            return memory;
        }
    }

    /** True if the chunks are from {@code other}. */
    public boolean isIn(ChunkStore other) {
        return store == other;
    }

    @Override
    public boolean retain() {
        while (true) {
            int count = counts.get();
            if (count == 0) {
                return false;
            }
            if (counts.compareAndSet(count, count + 1)) {
                return true;
            }
        }
    }

    @Override
    public void release() {
        int left = counts.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("released more often than retained");
        }
        if (left == 0) {
            synchronized (kept) {
                kept.forEach(chunk -> chunks[chunk].unpin());
            }
            for (Chunk chunk : chunks) {
                chunk.release();
            }
        }
    }

    @Override
    public long byteSize() {
        long bytes = 0;
        for (Chunk chunk : chunks) {
            bytes += chunk.byteSize();
        }
        return bytes;
    }
}
