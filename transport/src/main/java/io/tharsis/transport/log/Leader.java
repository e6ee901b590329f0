package io.tharsis.transport.log;

import java.util.function.IntConsumer;

/**
 * Who leads a {@link ReplicatedLog}, as a client of it knows; for the makers of logs. Thread-safe,
 * but for {@link #is}, which one thread calls.
 */
public final class Leader {
    private final Watched<Integer> known = new Watched<>(ReplicatedLog.NO_LEADER);
    private int last = ReplicatedLog.NO_LEADER;
    private volatile long changes;

    /** It is this member from now on, or {@link ReplicatedLog#NO_LEADER}. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public void is(int member) {
        if (member != ReplicatedLog.NO_LEADER && member != last) {
            changes++;
            last = member;
        }
        known.set(member);
    }

    /** As {@link ReplicatedLog#leader}. */
    public int get() {
        return known.get();
    }

    /** As {@link ReplicatedLog#onLeader}. */
    public void tell(IntConsumer listener) {
        known.add(listener::accept);
    }

    /** How often another leader was seen. */
    public long changes() {
        return changes;
    }
}
