package io.tharsis.actors;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The turns that wait for one runner, first in, first out: a ring into which the owner puts, and
 * from which the owner and thieves take. The algorithm is that of the Go scheduler's run queue:
 * whoever takes reads slots first and then moves {@code head} by compare-and-set; the owner
 * overwrites a slot only once {@code head} has passed it, so a thief that read late fails.
 *
 * <p><b>The owner alone puts and polls; any thread may be a thief.</b>
 */
final class RunQueue {
    static final int CAPACITY = 256;

    private static final int MASK = CAPACITY - 1;
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Turn[].class);

    static {
        try {
            var lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(RunQueue.class, "head", int.class);
            TAIL = lookup.findVarHandle(RunQueue.class, "tail", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Turn[] slots = new Turn[CAPACITY];

    @SuppressWarnings("unused") // by its handle
    private int head;

    private int tail;

    /** False if the ring is full. A full fence: what the caller reads next is read after it. */
    boolean put(Turn turn) {
        int end = tail;
        if (end - (int) HEAD.getAcquire(this) == CAPACITY) {
            return false;
        }
        SLOT.setOpaque(slots, end & MASK, turn);
        TAIL.setVolatile(this, end + 1);
        return true;
    }

    Turn poll() {
        while (true) {
            int start = (int) HEAD.getAcquire(this);
            if (start == tail) {
                return null;
            }
            var turn = (Turn) SLOT.getOpaque(slots, start & MASK);
            if (HEAD.compareAndSet(this, start, start + 1)) {
                return turn;
            }
        }
    }

    /** By a thief: takes the older half, puts all but the first into {@code mine}. */
    Turn steal(RunQueue mine) {
        while (true) {
            int start = (int) HEAD.getVolatile(this);
            int count = (int) TAIL.getVolatile(this) - start;
            int take = Math.min(count - count / 2, CAPACITY / 2);
            if (take <= 0) {
                return null;
            }
            var first = (Turn) SLOT.getOpaque(slots, start & MASK);
            // Not yet visible to other thieves: tail moves only if the slots turn out to be ours.
            for (int i = 1; i < take; i++) {
                Turn turn = (Turn) SLOT.getOpaque(slots, start + i & MASK);
                SLOT.setOpaque(mine.slots, mine.tail + i - 1 & MASK, turn);
            }
            if (HEAD.compareAndSet(this, start, start + take)) {
                if (take > 1) {
                    TAIL.setVolatile(mine, mine.tail + take - 1);
                }
                return first;
            }
        }
    }

    /** By a thief without a queue of its own. */
    Turn stealOne() {
        while (true) {
            int start = (int) HEAD.getVolatile(this);
            if (start == (int) TAIL.getVolatile(this)) {
                return null;
            }
            var turn = (Turn) SLOT.getOpaque(slots, start & MASK);
            if (HEAD.compareAndSet(this, start, start + 1)) {
                return turn;
            }
        }
    }

    boolean isEmpty() {
        return (int) HEAD.getVolatile(this) == (int) TAIL.getVolatile(this);
    }

    /** For the owner: a cheap look at how many wait. */
    int size() {
        return tail - (int) HEAD.getOpaque(this);
    }
}
