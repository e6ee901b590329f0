package io.tharsis.transport.aeron;

import org.agrona.concurrent.IdleStrategy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits by the time that nothing was found: yields at first, then parks for moments, then twice as
 * long each time up to a limit.
 *
 * <p>Not Agrona's {@code BackoffIdleStrategy}, which counts rounds and doubles at once: two that
 * ask each other, each parked about as long as it has waited, never find back to being fast, and
 * take a millisecond for what should take ten microseconds.
 *
 * <p>Not thread-safe.
 */
final class Backoff implements IdleStrategy {
    /**
     * Longer than a round trip, so that a busy conversation never parks. It yields meanwhile, since
     * what it has just handed on may want this very core: an ask of one actor by another process
     * took 73 microseconds so and 253 without, on two cores. On a machine that has more to do than
     * cores, who yields may get its core back after milliseconds.
     */
    private static final long YIELD_NS = TimeUnit.MICROSECONDS.toNanos(150);

    /** Shorter than {@link #YIELD_NS}, so that one that was woken is awake for the answer. */
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private static final long MOMENTS_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private final long maxNs;
    private boolean idle;
    private long sinceNs;
    private long parkNs;

    /**
     * @param maxNs how long it parks at most
     */
    Backoff(long maxNs) {
        this.maxNs = maxNs;
    }

    @Override
    public void idle(int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        long now = System.nanoTime();
        if (!idle) {
            idle = true;
            sinceNs = now;
            parkNs = PARK_NS;
        }
        long waited = now - sinceNs;
        if (waited < YIELD_NS) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(parkNs);
            if (waited > MOMENTS_NS) {
                parkNs = Math.min(maxNs, 2 * parkNs);
            }
        }
    }

    @Override
    public void reset() {
        idle = false;
    }

    @Override
    public String alias() {
        return "tharsis-backoff";
    }
}
