package io.tharsis.transport.common;

import io.aeron.exceptions.AeronException;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where Aeron's errors go, in place of its own handler, which prints and may end the process: they
 * are counted, and logged, of each class of exception once a minute. What Aeron reports of its
 * course, as an election or the end of a stream, is no error and goes to the log for debugging.
 *
 * <p>Thread-safe: drivers, archives and clients call it on their threads.
 */
public class AeronErrors implements ErrorHandler {
    private final String who;
    private final NanoClock clock;
    private final AtomicLong count = new AtomicLong();
    private final SeldomLog log = new SeldomLog();

    /**
     * @param who begins each line of the log
     */
    public AeronErrors(String who, NanoClock clock) {
        this.who = who;
        this.clock = clock;
    }

    @Override
    public void onError(Throwable thrown) {
        boolean event =
                thrown instanceof AeronException e && e.category() == AeronException.Category.WARN;
        if (!event) {
            count();
        }
        say(event ? Level.DEBUG : Level.WARNING, "Aeron reports", thrown);
    }

    /** Counts an error that somebody else logs. */
    protected final void count() {
        count.incrementAndGet();
    }

    /** Logs, unless the same was said of an exception of this class within the last minute. */
    public final void say(Level level, String what, Throwable thrown) {
        log.say(
                level,
                level + thrown.getClass().getName() + what,
                who + ": " + what + ": " + thrown,
                // Aeron's own say all there is to say.
                thrown instanceof AeronException ? null : thrown,
                clock.nanoTime());
    }

    /** Warns, unless something of this kind was said within the last minute. */
    public final void warn(String kind, String text) {
        log.say(Level.WARNING, kind, who + ": " + text, null, clock.nanoTime());
    }

    /** Logs now; for what happens seldom. */
    public final void log(Level level, String text) {
        SeldomLog.always(level, who + ": " + text, null);
    }

    /** Errors until now. */
    public final long errors() {
        return count.get();
    }
}
