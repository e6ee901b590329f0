package io.tharsis.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Has new loops of vectors compiled, and measures that they are.
 *
 * <p>An operation on vectors that is not compiled runs as Java code, lane by lane, in methods that
 * become hot themselves: where cold loops were run freely, C2 spent half of its time on those, some
 * two seconds, and what was waited for came after them (measured, see docs/performance.md). So a
 * cold loop works only now and then: often enough for C2 to know its types and branches, too seldom
 * for what is under it to become hot. Calls between those, which go round an empty loop and return,
 * give the compilers the counts that they want.
 *
 * <p>Not thread-safe; of one thread.
 */
public final class LoopWarmUp {
    /**
     * Idle calls between two runs, and rounds of each. C1 takes a method after 100 calls with 2,000
     * rounds, C2 after 600 more with 15,000, so after some twelve runs; by then every branch must
     * have been passed 40 times, or C2 takes nothing to be known of it and may keep vectors boxed
     * for a path that is never taken. Of a method that works in one call of 800, C2 made slower
     * code (measured: a tenth).
     */
    private static final int CALLS = 50;

    private static final int IDLE_ROUNDS = 25;

    /** Rounds without a pause: enough where no compiler has anything else to do. */
    private static final int EAGER_ROUNDS = 8;

    /** Leaves the processors to the compilers. */
    private static final long PAUSE_NS = 4_000_000;

    private static final int HOT_ROUNDS = 20;

    /** What a run may take beside its steps: what calls the loop may well be interpreted. */
    private static final double RUN_NS = 3_000;

    private final List<Loop> cold = new ArrayList<>();

    private static final class Loop {
        final IntConsumer idle;
        final IntConsumer run;
        final int few;
        final int most;
        final double stepNs;
        boolean fast;
        int hotRounds;

        Loop(IntConsumer idle, IntConsumer run, int few, int most, double stepNs) {
            this.idle = idle;
            this.run = run;
            this.few = few;
            this.most = most;
            this.stepNs = stepNs;
        }

        /** True if it is hot. */
        boolean round() {
            if (!fast) {
                idle(idle);
            }
            for (int round = 0; round < 2 * HOT_ROUNDS; round++) {
                int size = fast ? most : few;
                long allocated = ThreadCosts.allocatedBytes();
                long begin = System.nanoTime();
                run.accept(size);
                long ns = System.nanoTime() - begin;
                // A clock does not tell one vector that is boxed among many that are not.
                fast = ns < RUN_NS + size * stepNs && ThreadCosts.allocatedBytes() == allocated;
                // A round that was interrupted is no reason to begin again.
                hotRounds = fast && size == most ? hotRounds + 1 : hotRounds / 2;
                if (!fast || hotRounds == HOT_ROUNDS) {
                    break;
                }
            }
            return hotRounds == HOT_ROUNDS;
        }
    }

    /**
     * Adds a loop.
     *
     * @param idle calls it so that it goes a number of rounds of an empty loop
     * @param run runs it over a number of steps
     * @param few steps of a run until the loop is compiled: four or more, so that branches are
     *     passed 40 times before C2 looks
     * @param most steps of the runs that are measured; the time of compiled code must be about in
     *     proportion to them
     * @param stepNs what a step may take; a boxed vector operation takes over 20 ns
     */
    public void add(IntConsumer idle, IntConsumer run, int few, int most, double stepNs) {
        cold.add(new Loop(idle, run, few, most, stepNs));
    }

    /**
     * Runs all loops in turns. True as soon as all are fast and allocate nothing, false if they are
     * not within {@code patienceNs} of this thread's processor time and its pauses, which are left
     * to the compilers: where other threads take the processors, they take them from the compilers
     * too.
     */
    public boolean untilHot(long patienceNs) {
        long startNs = ThreadCosts.processorTimeNs();
        long pausedNs = 0;
        for (int round = 0; !cold.isEmpty(); round++) {
            if (ThreadCosts.processorTimeNs() - startNs + pausedNs > patienceNs) {
                return false;
            }
            pausedNs += pause(round);
            cold.removeIf(Loop::round);
        }
        return true;
    }

    /**
     * What goes before each run of code that is not compiled.
     *
     * @param idle calls it so that it goes a number of rounds of an empty loop
     * @param round how many runs there were
     * @return nanoseconds of a pause that were left to the compilers
     */
    static long beforeRun(IntConsumer idle, int round) {
        long pausedNs = pause(round);
        idle(idle);
        return pausedNs;
    }

    private static void idle(IntConsumer idle) {
        for (int i = 0; i < CALLS; i++) {
            idle.accept(IDLE_ROUNDS);
        }
    }

    private static long pause(int round) {
        if (round < EAGER_ROUNDS) {
            return 0;
        }
        LockSupport.parkNanos(PAUSE_NS);
        return PAUSE_NS;
    }
}
