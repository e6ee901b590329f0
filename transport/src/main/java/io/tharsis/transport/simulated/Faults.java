package io.tharsis.transport.simulated;

import java.time.Duration;

/**
 * What a simulated network does to each datagram. Datagrams of a path keep their order, but for
 * those that are reordered: these come up to four times the longest delay, and at least a
 * millisecond, later.
 *
 * @param loss the share that is lost, 0 to 1
 * @param duplication the share that comes twice, 0 to 1
 * @param reordering the share that others overtake, 0 to 1
 * @param minDelay the shortest time on the way
 * @param maxDelay the longest, for those that are not reordered
 */
public record Faults(
        double loss, double duplication, double reordering, Duration minDelay, Duration maxDelay) {
    /** Longer delays are beyond what any wire waits for. */
    private static final Duration MOST = Duration.ofMinutes(1);

    public Faults {
        check("loss", loss);
        check("duplication", duplication);
        check("reordering", reordering);
        if (minDelay.isNegative()
                || minDelay.compareTo(maxDelay) > 0
                || maxDelay.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "delays of " + minDelay + " to " + maxDelay + "; 0 to " + MOST);
        }
    }

    /** A quiet network: 50 to 100 microseconds, and nothing goes wrong. */
    public static Faults none() {
        return new Faults(0, 0, 0, Duration.ofNanos(50_000), Duration.ofNanos(100_000));
    }

    /** A bad one: some of everything, and up to 20 ms. */
    public static Faults some() {
        return new Faults(0.05, 0.05, 0.1, Duration.ofNanos(50_000), Duration.ofMillis(20));
    }

    private static void check(String what, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("a share of " + what + " is 0 to 1: " + share);
        }
    }
}
