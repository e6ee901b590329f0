package io.tharsis.actors;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** Who puts, who polls and who steals share the turns of a queue: each goes to exactly one. */
public final class RunQueueStress {
    private RunQueueStress() {}

    /** A turn that counts in its place when it is taken. */
    private record Counted(AtomicIntegerArray taken, int number) implements Turn {
        @Override
        public boolean run(int most) {
            taken.incrementAndGet(number);
            return false;
        }
    }

    private static void take(Turn turn) {
        if (turn != null) {
            turn.run(1);
        }
    }

    private static void takeAll(RunQueue queue) {
        for (Turn turn = queue.poll(); turn != null; turn = queue.poll()) {
            take(turn);
        }
    }

    /** The owner puts and polls, a thief takes the older half. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "each turn was taken once")
    @Outcome(expect = FORBIDDEN, desc = "a turn was lost or taken twice")
    @State
    public static class OwnerAndThief {
        private final AtomicIntegerArray taken = new AtomicIntegerArray(3);
        private final RunQueue queue = new RunQueue();
        private final RunQueue mine = new RunQueue();

        public OwnerAndThief() {
            queue.put(new Counted(taken, 0));
            queue.put(new Counted(taken, 1));
        }

        @Actor
        public void owner() {
            queue.put(new Counted(taken, 2));
            take(queue.poll());
        }

        @Actor
        public void thiefOfHalf() {
            take(queue.steal(mine));
            takeAll(mine);
        }

        @Arbiter
        public void end(III_Result result) {
            takeAll(queue);
            result.r1 = taken.get(0);
            result.r2 = taken.get(1);
            result.r3 = taken.get(2);
        }
    }

    /** One thief takes the older half, one a single turn. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "each turn was taken once")
    @Outcome(expect = FORBIDDEN, desc = "a turn was lost or taken twice")
    @State
    public static class Thieves {
        private final AtomicIntegerArray taken = new AtomicIntegerArray(3);
        private final RunQueue queue = new RunQueue();
        private final RunQueue mine = new RunQueue();

        public Thieves() {
            queue.put(new Counted(taken, 0));
            queue.put(new Counted(taken, 1));
            queue.put(new Counted(taken, 2));
        }

        @Actor
        public void thiefOfHalf() {
            take(queue.steal(mine));
            takeAll(mine);
        }

        @Actor
        public void thiefOfOne() {
            take(queue.stealOne());
        }

        @Arbiter
        public void end(III_Result result) {
            takeAll(queue);
            result.r1 = taken.get(0);
            result.r2 = taken.get(1);
            result.r3 = taken.get(2);
        }
    }

    /** The owner puts and polls, one thief takes the older half and one a single turn. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "each turn was taken once")
    @Outcome(expect = FORBIDDEN, desc = "a turn was lost or taken twice")
    @State
    public static class All {
        private final AtomicIntegerArray taken = new AtomicIntegerArray(3);
        private final RunQueue queue = new RunQueue();
        private final RunQueue mine = new RunQueue();

        public All() {
            queue.put(new Counted(taken, 0));
            queue.put(new Counted(taken, 1));
        }

        @Actor
        public void owner() {
            queue.put(new Counted(taken, 2));
            take(queue.poll());
        }

        @Actor
        public void thiefOfHalf() {
            take(queue.steal(mine));
            takeAll(mine);
        }

        @Actor
        public void thiefOfOne() {
            take(queue.stealOne());
        }

        @Arbiter
        public void end(III_Result result) {
            takeAll(queue);
            result.r1 = taken.get(0);
            result.r2 = taken.get(1);
            result.r3 = taken.get(2);
        }
    }

    /** The owner overwrites slots that a thief may have read already. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "each turn was taken once")
    @Outcome(expect = FORBIDDEN, desc = "so many turns were lost, and so many taken twice")
    @State
    public static class Full {
        private static final int MORE = 4;

        private final AtomicIntegerArray taken = new AtomicIntegerArray(RunQueue.CAPACITY + MORE);
        private final RunQueue queue = new RunQueue();
        private final RunQueue mine = new RunQueue();

        public Full() {
            for (int i = 0; i < RunQueue.CAPACITY; i++) {
                queue.put(new Counted(taken, i));
            }
        }

        @Actor
        public void owner() {
            for (int i = 0; i < MORE; i++) {
                take(queue.poll());
                var turn = new Counted(taken, RunQueue.CAPACITY + i);
                if (!queue.put(turn)) {
                    take(turn);
                }
            }
        }

        @Actor
        public void thief() {
            take(queue.steal(mine));
            takeAll(mine);
        }

        @Arbiter
        public void end(II_Result result) {
            takeAll(queue);
            for (int i = 0; i < taken.length(); i++) {
                int times = taken.get(i);
                if (times == 0) {
                    result.r1++;
                } else if (times > 1) {
                    result.r2++;
                }
            }
        }
    }
}
