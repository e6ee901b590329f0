package io.tharsis.transport.bulk;

import java.lang.foreign.MemorySegment;

/**
 * Data that is held still while others fetch it. {@link #close} is called once, on the transport's
 * thread, or on the one that opened it if the transport has been closed meanwhile; until then the
 * segment must stay as it is, and alive. What a lease throws ends its own fetch, which is refused
 * with the text of it; what {@code close} throws is logged.
 */
public interface BulkLease extends AutoCloseable {
    /** Native memory that any thread may read; other memory is refused. Asked for once. */
    MemorySegment segment();

    /**
     * Equal for equal bytes under one key: a fetch that goes on after a loss is refused if it is
     * another one.
     */
    long version();

    @Override
    void close();
}
