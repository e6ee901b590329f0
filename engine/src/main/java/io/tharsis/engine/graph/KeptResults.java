package io.tharsis.engine.graph;

import io.tharsis.engine.storage.Stored;

import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The results that operands keep, for as long as they keep them. An operand that becomes
 * unreachable gives up its result: the collector clears the reference, and a cleaner's thread frees
 * the memory soon after.
 *
 * <p>Thread-safe.
 */
public final class KeptResults {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final Set<Kept> ALL = ConcurrentHashMap.newKeySet();
    private static final AtomicLong ADDED = new AtomicLong();
    private static final Object FREED = new Object();

    private KeptResults() {}

    /** One result, its count owned by this until {@link #run}, which its cleaner runs once. */
    private static final class Kept extends WeakReference<Operand> implements Runnable {
        private final Stored stored;

        Kept(Operand operand, Stored stored) {
            super(operand);
            this.stored = stored;
        }

        @Override
        public void run() {
            // in this order: who finds it gone from the set may rely on its memory being free
            stored.release();
            ALL.remove(this);
            if (refersTo(null)) {
                synchronized (FREED) {
                    FREED.notifyAll();
                }
            }
        }
    }

    /**
     * Notes that {@code operand} keeps {@code stored}, whose count passes to the answer: cleaning
     * releases it.
     */
    static Cleaner.Cleanable add(Operand operand, Stored stored) {
        var kept = new Kept(operand, stored);
        ALL.add(kept);
        ADDED.incrementAndGet();
        return CLEANER.register(operand, kept);
    }

    /** How many results were kept since the program began. */
    public static long added() {
        return ADDED.get();
    }

    /** What is kept now. The counts stay where they are: what is answered may be freed any time. */
    public static List<Stored> all() {
        List<Stored> all = new ArrayList<>();
        ALL.forEach(kept -> all.add(kept.stored));
        return all;
    }

    /**
     * Waits until the results of all operands that the collector has found unreachable are freed;
     * at most {@code atMost}.
     */
    public static void awaitFreed(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        synchronized (FREED) {
            while (ALL.stream().anyMatch(kept -> kept.refersTo(null))) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return;
                }
                try {
                    FREED.wait(left);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }
}
