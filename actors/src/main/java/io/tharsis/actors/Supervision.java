package io.tharsis.actors;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * What becomes of an actor that has failed. Said by whoever spawns it, in {@link ActorOptions}. The
 * message that it failed at is not handled again.
 */
public sealed interface Supervision {
    /** The actor stops; its watchers get the cause. The default. */
    static Supervision stop() {
        return Directive.STOP;
    }

    /** The actor goes on with its next message and the state it has. */
    static Supervision resume() {
        return Directive.RESUME;
    }

    /**
     * The actor stops, and its parent fails with the same cause; an actor without a parent just
     * stops.
     */
    static Supervision escalate() {
        return Directive.ESCALATE;
    }

    /**
     * A new instance takes over, with the mailbox, the watchers and those it watches, but without
     * the children and timers of the old one, and without news of those children. The actor stops
     * instead at the failure after {@code limit} restarts within a time of {@code window}. There is
     * no pause before a restart.
     */
    static Restart restart(int limit, Duration window) {
        return new Restart(limit, window, Duration.ZERO, Duration.ZERO);
    }

    /** Decides for each failure; what it throws, or null, stops the actor. */
    static Supervision deciding(Function<Throwable, Supervision> decision) {
        return new Deciding(decision);
    }

    /** What to do about {@code failure}, not a {@link Deciding}. */
    default Supervision decide(Throwable failure) {
        return this;
    }

    /** The decisions without parameters. */
    enum Directive implements Supervision {
        STOP,
        RESUME,
        ESCALATE
    }

    /**
     * Restart, see {@link #restart}.
     *
     * @param limit restarts within the window; the next failure stops the actor
     * @param window the time that counts
     * @param firstPause before the first restart; doubled for each further one within the window
     * @param longestPause the pause does not grow beyond
     */
    record Restart(int limit, Duration window, Duration firstPause, Duration longestPause)
            implements Supervision {
        public Restart {
            if (limit < 0 || window.isNegative() || firstPause.isNegative()) {
                throw new IllegalArgumentException(
                        "limit, window and pauses are not negative: " + limit + ", " + window);
            }
            if (longestPause.compareTo(firstPause) < 0) {
                throw new IllegalArgumentException(
                        "the longest pause " + longestPause + " is below the first " + firstPause);
            }
        }

        /** With pauses: {@code first}, twice that, and so on up to {@code longest}. */
        public Restart backingOff(Duration first, Duration longest) {
            return new Restart(limit, window, first, longest);
        }
    }

    /** Asks a function. */
    record Deciding(Function<Throwable, Supervision> decision) implements Supervision {
        public Deciding {
            Objects.requireNonNull(decision);
        }

        @Override
        public Supervision decide(Throwable failure) {
            Supervision decided = Objects.requireNonNull(decision.apply(failure), "no decision");
            return decided.decide(failure);
        }
    }
}
