package io.tharsis.actors;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * When an actor was restarted, as far back as its window reaches. <b>The turn's alone.</b>
 *
 * <p>Of more than {@value #MOST} times only so many are kept: neighbours are then put together,
 * with the time of the later one. So in such a crowd a restart may count for longer than the
 * window, never for less.
 */
final class Restarts {
    /** What {@link #next} answers when there have been enough. */
    static final long NO_MORE = -1;

    static final int MOST = 1024;

    private static final Duration LONGEST = Duration.ofDays(36_500);

    private ArrayDeque<Span> spans = new ArrayDeque<>();
    private int count;

    /** Counts a restart at {@code nowNs}; answers the pause before it, or that it must not be. */
    long next(long nowNs, Supervision.Restart rule) {
        long windowNs = nanos(rule.window());
        while (!spans.isEmpty() && nowNs - spans.peekFirst().lastNs > windowNs) {
            count -= spans.removeFirst().count;
        }
        if (count >= rule.limit()) {
            return NO_MORE;
        }
        if (spans.size() == MOST) {
            halve();
        }
        spans.addLast(new Span(nowNs, 1));
        count++;
        long first = nanos(rule.firstPause());
        int doublings = Math.min(count - 1, Long.numberOfLeadingZeros(first) - 1);
        return doublings < 0 ? 0 : Math.min(first << doublings, nanos(rule.longestPause()));
    }

    private void halve() {
        var halved = new ArrayDeque<Span>(MOST);
        while (!spans.isEmpty()) {
            Span earlier = spans.removeFirst();
            Span later = spans.removeFirst();
            halved.addLast(new Span(later.lastNs, earlier.count + later.count));
        }
        spans = halved;
    }

    /** How many times it keeps. */
    int kept() {
        return spans.size();
    }

    /** As many nanoseconds as a long holds, at most. */
    static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
    }

    /** So many restarts, the last of them then. */
    private record Span(long lastNs, int count) {}
}
