package io.tharsis.engine.storage;

import io.tharsis.DType;
import io.tharsis.engine.memory.Buffer;
import io.tharsis.engine.memory.BufferPool;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** A tensor in pooled buffers. It owns one count of each buffer until its own last count goes. */
public final class ChunkStored implements Stored {
    private final DType dtype;
    private final ChunkGrid grid;
    private final long[] shape;
    private final Buffer[] chunks;
    private final BufferPool pool;
    private final AtomicInteger counts = new AtomicInteger(1);

    /**
     * @param chunks one for each cell of {@code grid}; a count of each passes to this
     * @param pool where the chunks are from
     */
    public ChunkStored(DType dtype, ChunkGrid grid, Buffer[] chunks, BufferPool pool) {
        this.pool = pool;
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
    public MemorySegment chunk(int chunk) {
        return chunks[chunk].segment();
    }

    /** The buffer of chunk {@code chunk}; the caller retains it to keep it. */
    public Buffer buffer(int chunk) {
        return chunks[chunk];
    }

    /** True if the chunks are from {@code other}. */
    public boolean isIn(BufferPool other) {
        return pool == other;
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
            for (Buffer chunk : chunks) {
                chunk.release();
            }
        }
    }

    @Override
    public long byteSize() {
        long bytes = 0;
        for (Buffer chunk : chunks) {
            bytes += chunk.byteSize();
        }
        return bytes;
    }
}
