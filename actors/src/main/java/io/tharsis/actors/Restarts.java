package io.tharsis.actors;

import java.time.Duration;
import java.util.ArrayDeque;

/** When an actor was restarted, as far back as its window reaches. <b>The turn's alone.</b> */
final class Restarts {
    /** What {@link #next} answers when there have been enough. */
    static final long NO_MORE = -1;

    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final ArrayDeque<Long> times = new ArrayDeque<>();

    /** Counts a restart at {@code nowNs}; answers the pause before it, or that it must not be. */
    long next(long nowNs, Supervision.Restart rule) {
        long windowNs = nanos(rule.window());
        while (!times.isEmpty() && nowNs - times.peekFirst() > windowNs) {
            times.removeFirst();
        }
        if (times.size() >= rule.limit()) {
            return NO_MORE;
        }
        times.addLast(nowNs);
        long first = nanos(rule.firstPause());
        int doublings = Math.min(times.size() - 1, Long.numberOfLeadingZeros(first) - 1);
        return doublings < 0 ? 0 : Math.min(first << doublings, nanos(rule.longestPause()));
    }

    /** As many nanoseconds as a long holds, at most. */
    static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
    }
}
