package io.tharsis.transport.bulk;

import java.lang.foreign.MemorySegment;

/**
 * Data that is held still while others fetch it. {@link #close} is called once, on the transport's
 * thread; until then the segment must stay as it is, alive, and native memory.
 */
public interface BulkLease extends AutoCloseable {
    /** Native memory that any thread may read. */
    MemorySegment segment();

    /**
     * Equal for equal bytes under one key: a fetch that goes on after a loss is refused if it is
     * another one.
     */
    long version();

    @Override
    void close();
}
