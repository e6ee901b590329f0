package io.tharsis.transport.log;

import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** A member of a {@link MemoryLog}. <b>Threads: the log's own</b> but for what is public. */
final class MemoryMember implements LogMember {
    private final MemoryCore core;
    private final int id;
    private final Watched<Role> role = new Watched<>(Role.NONE);
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private StateMachine machine;
    private int side;
    private boolean up;

    /** The entry to be applied next, counted from the log's very first. */
    private long next;

    private Snapshot snapshot;
    private Snapshot before;

    private volatile boolean closed;
    private volatile long applied;
    private volatile long snapshotPosition;
    private volatile long snapshots;
    private volatile long failures;
    private volatile long starts;
    private volatile long errors;

    /**
     * A state as it was written.
     *
     * @param next the entry to be applied after it
     */
    record Snapshot(long next, long position, List<byte[]> chunks) {}

    MemoryMember(MemoryCore core, int id) {
        this.core = core;
        this.id = id;
    }

    boolean up() {
        return up;
    }

    boolean closed() {
        return closed;
    }

    int side() {
        return side;
    }

    void side(int value) {
        side = value;
    }

    long next() {
        return next;
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /** The first entry that this member's last snapshots do not hold, but for the newest. */
    long neededFrom() {
        return before == null ? 0 : before.next;
    }

    void role(Role value) {
        role.set(value);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void start(StateMachine fresh) {
        machine = fresh;
        up = true;
        starts++;
        next = 0;
        applied = 0;
        snapshotPosition = 0;
        if (snapshot != null) {
            load(snapshot);
        }
    }

    void stop(boolean forGood) {
        up = false;
        closed |= forGood;
        machine = null;
        role.set(Role.NONE);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void load(Snapshot from) {
        Iterator<byte[]> chunks = from.chunks.iterator();
        try {
            machine.load(
                    handler -> {
                        if (!chunks.hasNext()) {
                            return false;
                        }
                        byte[] chunk = chunks.next();
                        handler.onChunk(new UnsafeBuffer(chunk), 0, chunk.length);
                        return true;
                    });
        } catch (RuntimeException e) {
            errors++;
            MemoryCore.warn("member " + id + " cannot load a snapshot and stops", e);
            stop(false);
            return;
        }
        if (snapshot != from) {
            before = snapshot;
            snapshot = from;
        }
        next = from.next;
        applied = from.position;
        snapshotPosition = from.position;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void apply(MemoryCore.Entry entry, boolean leads) {
        byte[][] answer = {new byte[0]};
        String failure = null;
        view.wrap(entry.command());
        try {
            machine.apply(
                    entry.position(),
                    entry.timestampMs(),
                    view,
                    0,
                    entry.command().length,
                    (buffer, offset, length) -> {
                        if (length < 0 || length > ReplicatedLog.MAX_ANSWER) {
                            throw new IllegalArgumentException(
                                    "an answer has at most "
                                            + ReplicatedLog.MAX_ANSWER
                                            + " bytes: "
                                            + length);
                        }
                        answer[0] = new byte[length];
                        buffer.getBytes(offset, answer[0]);
                    });
        } catch (RuntimeException e) {
            failures++;
            MemoryCore.warn("member " + id + ": the state machine threw", e);
            failure = e.toString();
        } catch (Error e) {
            errors++;
            MemoryCore.warn("member " + id + " stops, its state may not be the others'", e);
            core.crash(id, false);
            return;
        }
        next++;
        applied = entry.position();
        if (leads) {
            entry.append().client.answered(entry.append(), answer[0], failure);
        }
    }

    /** Takes a snapshot if enough was applied since the last; answers whether it did. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    boolean snapshotBySize(long bytes) {
        if (applied - snapshotPosition < bytes) {
            return false;
        }
        snapshotPosition = applied;
        List<byte[]> chunks = new ArrayList<>();
        try {
            machine.snapshot(
                    (chunk, offset, length) -> {
                        if (length < 1 || length > SnapshotSink.MAX_CHUNK) {
                            throw new IllegalArgumentException(
                                    "a chunk of a snapshot has 1 to "
                                            + SnapshotSink.MAX_CHUNK
                                            + " bytes: "
                                            + length);
                        }
                        byte[] copy = new byte[length];
                        chunk.getBytes(offset, copy);
                        chunks.add(copy);
                    });
        } catch (RuntimeException e) {
            errors++;
            MemoryCore.warn("member " + id + " cannot take a snapshot", e);
            return false;
        }
        before = snapshot;
        snapshot = new Snapshot(next, applied, chunks);
        snapshots++;
        return true;
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public Role role() {
        return role.get();
    }

    @Override
    public void onRole(Consumer<Role> listener) {
        role.add(listener);
    }

    @Override
    public MemberStats stats() {
        return new MemberStats(
                applied,
                snapshotPosition,
                snapshots,
                core.logStartPosition(),
                failures,
                0,
                starts,
                errors);
    }

    @Override
    public ReplicatedLog log() {
        if (closed) {
            throw new IllegalStateException("member " + id + " is closed");
        }
        MemoryClient client = new MemoryClient(core, id);
        core.owner.call(() -> core.add(client));
        return client;
    }

    @Override
    public void close() {
        if (!closed) {
            core.owner.call(() -> core.crash(id, true));
        }
    }
}
