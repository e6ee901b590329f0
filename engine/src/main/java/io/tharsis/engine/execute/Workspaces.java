package io.tharsis.engine.execute;

import io.tharsis.engine.memory.Buffer;
import io.tharsis.engine.memory.BufferPool;

import java.util.ArrayList;
import java.util.List;

/**
 * Equal pieces of temporary memory, one for each thread that is at a job; made when first needed,
 * inside the session's budget. Thread-safe.
 */
final class Workspaces {
    private final BufferPool pool;
    private final long byteSize;
    private final List<Buffer> free = new ArrayList<>();
    private final List<Buffer> all = new ArrayList<>();

    Workspaces(BufferPool pool, long byteSize) {
        this.pool = pool;
        this.byteSize = byteSize;
    }

    /** One for the caller alone until it is given back. */
    Buffer take() {
        synchronized (this) {
            if (!free.isEmpty()) {
                return free.removeLast();
            }
        }
        Buffer made = pool.allocate(byteSize);
        synchronized (this) {
            all.add(made);
        }
        return made;
    }

    synchronized void giveBack(Buffer workspace) {
        free.add(workspace);
    }

    /** Frees all; none may be in use. */
    synchronized void release() {
        all.forEach(Buffer::release);
        all.clear();
        free.clear();
    }
}
