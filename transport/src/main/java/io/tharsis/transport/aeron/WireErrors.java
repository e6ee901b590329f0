package io.tharsis.transport.aeron;

import io.aeron.exceptions.AeronEvent;
import io.aeron.exceptions.AeronException;
import io.aeron.exceptions.TimeoutException;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.NanoClock;

import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where Aeron's errors go, in place of its own handler, which ends the process when a driver is
 * silent. Counts all, logs one of a kind each minute.
 *
 * <p>Thread-safe: drivers and clients call it on their threads.
 */
final class WireErrors implements ErrorHandler {
    private static final long QUIET_NS = TimeUnit.MINUTES.toNanos(1);
    private static final int KINDS_MAX = 64;

    private final String who;
    private final NanoClock clock;
    private final AtomicLong count = new AtomicLong();
    private final Map<String, Long> quietUntilNs = new HashMap<>();
    private volatile Throwable fatal;

    WireErrors(String who, NanoClock clock) {
        this.who = who;
        this.clock = clock;
    }

    /** An error of a client. */
    @Override
    public void onError(Throwable thrown) {
        if (!endsClient(thrown)) {
            onDriverError(thrown);
        } else {
            count.incrementAndGet();
            // Said by the wire, once, when it starts to build itself anew.
            if (fatal == null) {
                fatal = thrown;
            }
        }
    }

    /** An error of a driver, which goes on. */
    void onDriverError(Throwable thrown) {
        count.incrementAndGet();
        if (thrown instanceof AeronEvent) {
            // As that the other side ended a stream, of which we hear otherwise.
            log(Level.DEBUG, who + ": " + thrown.getMessage());
        } else {
            warn(thrown.getClass().getSimpleName(), thrown.getMessage());
        }
    }

    /** Logs, unless there was something of the kind in the last minute. */
    void warn(String kind, String text) {
        long now = clock.nanoTime();
        synchronized (quietUntilNs) {
            Long until = quietUntilNs.get(kind);
            if (until != null && now - until < 0) {
                return;
            }
            if (quietUntilNs.size() >= KINDS_MAX) {
                quietUntilNs.clear();
            }
            quietUntilNs.put(kind, now + QUIET_NS);
        }
        log(Level.WARNING, who + ": " + text);
    }

    void log(Level level, String text) {
        System.getLogger("io.tharsis.transport").log(level, text);
    }

    long count() {
        return count.get();
    }

    /** What ended the client since {@link #forget}; null if nothing did. */
    Throwable fatal() {
        return fatal;
    }

    void forget() {
        fatal = null;
    }

    // A client's conductor says why it stops with a time-out, or with an AeronException as such.
    private static boolean endsClient(Throwable thrown) {
        return thrown instanceof TimeoutException
                || thrown instanceof AgentTerminationException
                || thrown.getClass() == AeronException.class;
    }
}
