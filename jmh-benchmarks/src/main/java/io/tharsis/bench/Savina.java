package io.tharsis.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The sizes of the actor benchmarks, those of the Savina suite (Imam and Sarkar, 2014) where it has
 * the shape, and how a run ends.
 */
final class Savina {
    /** Messages each way between two actors. */
    static final int PING_PONG = 40_000;

    /** Messages from one actor to another that counts them. */
    static final int COUNTING = 1_000_000;

    /** Actors in a ring, and how often a token is passed on. */
    static final int RING = 100;

    static final int RING_HOPS = 100_000;

    /** Actors that are made for one message each. */
    static final int FORK_JOIN = 40_000;

    /** Actors that each send so many pings to others drawn by chance, one after the other. */
    static final int BIG = 120;

    static final int BIG_PINGS = 20_000;

    /** Not of the suite: actors that each send so many messages to the same one. */
    static final int FAN_IN = 100;

    static final int FAN_IN_MESSAGES = 10_000;

    private Savina() {}

    /** Waits for the end of a run, and checks it by that. */
    static void await(CountDownLatch done) throws InterruptedException {
        if (!done.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("hangs with " + done.getCount() + " to go");
        }
    }

    /** Another number by chance, of a state the caller keeps (xorshift of Marsaglia). */
    static int random(int state) {
        int x = state;
        x ^= x << 13;
        x ^= x >>> 17;
        return x ^ x << 5;
    }
}
