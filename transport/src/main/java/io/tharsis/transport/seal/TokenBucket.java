package io.tharsis.transport.seal;

import org.agrona.concurrent.NanoClock;

/** So many in a second, and a burst. Thread-safe; meant for what is rare or refused. */
final class TokenBucket {
    private final NanoClock clock;
    private final long nsPerToken;
    private final long burstNs;
    private long filledToNs;

    /** All tokens are there at the start. */
    TokenBucket(NanoClock clock, int perSecond, int burst) {
        this.clock = clock;
        this.nsPerToken = Math.max(1, 1_000_000_000L / perSecond);
        this.burstNs = burst * nsPerToken;
        this.filledToNs = clock.nanoTime() - burstNs;
    }

    synchronized boolean tryTake() {
        long nowNs = clock.nanoTime();
        if (nowNs - filledToNs > burstNs) {
            filledToNs = nowNs - burstNs;
        }
        if (nowNs - filledToNs < nsPerToken) {
            return false;
        }
        filledToNs += nsPerToken;
        return true;
    }
}
