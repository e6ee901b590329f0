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

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The word by which a cell is scheduled, against the argument in its Javadoc. A test of more actors
 * than processors is left out by jcstress, hence those of two.
 */
public final class CellStress {
    private CellStress() {}

    /** Two senders, each of which runs the cell if it was given to the dispatcher. */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "each message once, one turn at a time")
    @Outcome(id = "0, ., .", expect = FORBIDDEN, desc = "the first message was forgotten")
    @Outcome(id = "., 0, .", expect = FORBIDDEN, desc = "the second message was forgotten")
    @Outcome(expect = FORBIDDEN, desc = "a message twice, or two turns at a time")
    @State
    public static class Pair {
        private final Stressed stressed = new Stressed(ActorOptions.defaults());

        @Actor
        public void first() {
            stressed.cell.tell(1);
            stressed.runIfReady();
        }

        @Actor
        public void second() {
            stressed.cell.tell(2);
            stressed.runIfReady();
        }

        @Arbiter
        public void end(III_Result result) {
            stressed.runAll();
            result.r1 = stressed.handled.get(1);
            result.r2 = stressed.handled.get(2);
            result.r3 = stressed.overlaps.get();
        }
    }

    /** A sender beside the turn that would find nothing more, and leaves. */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "each message once, one turn at a time")
    @Outcome(id = "0, ., .", expect = FORBIDDEN, desc = "the first message was forgotten")
    @Outcome(id = "., 0, .", expect = FORBIDDEN, desc = "the second message was forgotten")
    @Outcome(expect = FORBIDDEN, desc = "a message twice, or two turns at a time")
    @State
    public static class SenderAndTurn {
        private final Stressed stressed = new Stressed(ActorOptions.defaults());

        @Actor
        public void sender() {
            stressed.cell.tell(1);
            stressed.cell.tell(2);
        }

        @Actor
        public void turn() {
            stressed.runIfReady();
        }

        @Arbiter
        public void end(III_Result result) {
            stressed.runAll();
            result.r1 = stressed.handled.get(1);
            result.r2 = stressed.handled.get(2);
            result.r3 = stressed.overlaps.get();
        }
    }

    /**
     * As {@link Pair}, with threads apart: two senders, and two threads that run the cell when it
     * was given to the dispatcher.
     */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "each message once, one turn at a time")
    @Outcome(id = "0, ., .", expect = FORBIDDEN, desc = "the first message was forgotten")
    @Outcome(id = "., 0, .", expect = FORBIDDEN, desc = "the second message was forgotten")
    @Outcome(expect = FORBIDDEN, desc = "a message twice, or two turns at a time")
    @State
    public static class Senders {
        private final Stressed stressed = new Stressed(ActorOptions.defaults());

        @Actor
        public void first() {
            stressed.cell.tell(1);
        }

        @Actor
        public void second() {
            stressed.cell.tell(2);
        }

        @Actor
        public void turn() {
            stressed.runIfReady();
        }

        @Actor
        public void anotherTurn() {
            stressed.runIfReady();
        }

        @Arbiter
        public void end(III_Result result) {
            stressed.runAll();
            result.r1 = stressed.handled.get(1);
            result.r2 = stressed.handled.get(2);
            result.r3 = stressed.overlaps.get();
        }
    }

    /** A sender while an actor waits for its restart, whose pause ends meanwhile. */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "each message once, after the restart")
    @Outcome(id = "0, ., .", expect = FORBIDDEN, desc = "what was withheld was forgotten")
    @Outcome(id = "., 0, .", expect = FORBIDDEN, desc = "what came meanwhile was forgotten")
    @Outcome(expect = FORBIDDEN, desc = "a message twice, or two turns at a time")
    @State
    public static class Withheld {
        private final Stressed stressed;

        public Withheld() {
            var hour = Duration.ofHours(1);
            stressed =
                    new Stressed(
                            ActorOptions.<Integer>defaults()
                                    .supervised(
                                            Supervision.restart(1, hour).backingOff(hour, hour)));
            stressed.cell.tell(Stressed.FAIL);
            stressed.cell.tell(1);
            stressed.runAll();
        }

        @Actor
        public void sender() {
            stressed.cell.tell(2);
            stressed.runIfReady();
        }

        @Actor
        public void pauseIsOver() {
            stressed.scheduled.run();
            stressed.runIfReady();
        }

        @Arbiter
        public void end(III_Result result) {
            stressed.runAll();
            result.r1 = stressed.handled.get(1);
            result.r2 = stressed.handled.get(2);
            result.r3 = stressed.overlaps.get();
        }
    }

    /** A message that waits for room, whose deadline passes while a turn makes room. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "handled, and its sender knows")
    @Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "given up, and its sender knows")
    @Outcome(id = "1, 2", expect = FORBIDDEN, desc = "handled, and its sender thinks it was not")
    @Outcome(id = "0, 1", expect = FORBIDDEN, desc = "lost, and its sender thinks it was handled")
    @Outcome(expect = FORBIDDEN, desc = "handled twice, or its sender waits for ever")
    @State
    public static class Deadline {
        private final Stressed stressed;
        private final CompletableFuture<Tell> told;

        public Deadline() {
            stressed = new Stressed(ActorOptions.<Integer>defaults().bounded(1));
            stressed.cell.tell(1);
            told = stressed.cell.tellWhenRoom(2, Duration.ofHours(1));
        }

        @Actor
        public void deadline() {
            stressed.scheduled.run();
        }

        @Actor
        public void turn() {
            stressed.runIfReady();
        }

        @Arbiter
        public void end(II_Result result) {
            stressed.runAll();
            result.r1 = stressed.handled.get(2);
            Tell tell = told.getNow(null);
            result.r2 = tell == Tell.ACCEPTED ? 1 : tell == Tell.FULL ? 2 : 0;
        }
    }

    /** As {@link Deadline}, but for nothing else than who may decide. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "taken, and its sender knows")
    @Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "given up, and its sender knows")
    @Outcome(expect = FORBIDDEN, desc = "both have decided, or the message was gone when taken")
    @State
    public static class Claim {
        private final Waiter<Integer> waiter = new Waiter<>(1);

        @Actor
        public void turn(II_Result result) {
            if (waiter.claim()) {
                Integer message = waiter.message();
                result.r1 = message == null ? -1 : message;
                waiter.accepted();
            }
        }

        @Actor
        public void deadline() {
            waiter.giveUp();
        }

        @Arbiter
        public void end(II_Result result) {
            result.r2 = waiter.future().getNow(null) == Tell.ACCEPTED ? 1 : 2;
        }
    }
}
