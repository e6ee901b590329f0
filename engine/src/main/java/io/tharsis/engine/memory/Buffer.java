package io.tharsis.engine.memory;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Off-heap bytes with a count of those who use them: made with a count of one, given back to where
 * they came from by the last {@link #release}. A buffer is not closed by the garbage collector:
 * whoever drops it without releasing it has leaked it.
 *
 * <p><b>Any thread may call any method.</b> Ordering between writers and readers of the bytes is
 * the callers' business; a release happens before the memory is handed out again.
 */
public final class Buffer {
    private static final VarHandle USERS;

    static {
        try {
            USERS = MethodHandles.lookup().findVarHandle(Buffer.class, "users", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final MemorySegment segment;
    private final Home home;
    private final int block;
    private volatile int users = 1;

    /** Where the memory goes after the last release. */
    interface Home {
        void takeBack(int block);
    }

    Buffer(MemorySegment segment, Home home, int block) {
        this.segment = segment;
        this.home = home;
        this.block = block;
    }

    /**
     * A buffer over memory that no pool owns and no budget counts.
     *
     * @param segment stays the caller's; must be valid on every thread until {@code
     *     afterLastRelease} runs
     * @param afterLastRelease runs once, on the thread that releases last
     */
    public static Buffer wrap(MemorySegment segment, Runnable afterLastRelease) {
        return new Buffer(segment, block -> afterLastRelease.run(), 0);
    }

    /**
     * The bytes: exactly {@link #byteSize} long and, from a pool, aligned to 64 bytes and of
     * arbitrary content. Valid on any thread until the last release; access through a segment kept
     * for longer is not detected and corrupts other buffers.
     *
     * @throws BufferReleasedException after the last release
     */
    public MemorySegment segment() {
        if (users <= 0) {
            throw new BufferReleasedException("use", byteSize());
        }
        return segment;
    }

    /** The bytes that were asked for. */
    public long byteSize() {
        return segment.byteSize();
    }

    /** True until the last release; for diagnostics, since it may change at once. */
    public boolean isLive() {
        return users > 0;
    }

    /**
     * Adds a user, who must call {@link #release} too.
     *
     * @return this
     * @throws BufferReleasedException after the last release
     */
    public Buffer retain() {
        change(1, "retain");
        return this;
    }

    /**
     * Ends the use by one user; the last one gives the memory back.
     *
     * @throws BufferReleasedException after the last release
     */
    public void release() {
        if (change(-1, "release") == 0) {
            home.takeBack(block);
        }
    }

    private int change(int difference, String action) {
        while (true) {
            int before = users;
            if (before <= 0) {
                throw new BufferReleasedException(action, byteSize());
            }
            if (USERS.compareAndSet(this, before, before + difference)) {
                return before + difference;
            }
        }
    }

    @Override
    public String toString() {
        return "Buffer[" + byteSize() + " bytes, " + users + " users]";
    }
}
