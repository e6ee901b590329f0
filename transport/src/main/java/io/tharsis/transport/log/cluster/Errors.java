package io.tharsis.transport.log.cluster;

import io.aeron.exceptions.AeronException;

import org.agrona.ErrorHandler;

import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where Aeron's errors go: counted, and logged, of each class of exception at most once a minute.
 * Takes the place of Aeron's own handler, which prints and may end the process.
 */
final class Errors implements ErrorHandler {
    private static final long QUIET_NS = TimeUnit.MINUTES.toNanos(1);

    private final String who;
    private final AtomicLong count = new AtomicLong();
    private final Map<String, Said> said = new HashMap<>();

    private static final class Said {
        long atNs;
        long since;
    }

    Errors(String who) {
        this.who = who;
    }

    long count() {
        return count.get();
    }

    @Override
    public void onError(Throwable error) {
        // Aeron reports events of its course, like an election, as errors of this category.
        boolean event =
                error instanceof AeronException e && e.category() == AeronException.Category.WARN;
        if (!event) {
            count.incrementAndGet();
        }
        say(event ? Level.DEBUG : Level.WARNING, "of the replicated log", error);
    }

    void say(Level level, String what, Throwable error) {
        String suppressed = suppressed(level + error.getClass().getName() + what);
        if (suppressed != null) {
            System.getLogger("io.tharsis.transport")
                    .log(level, who + ": " + what + suppressed + ": " + error, error);
        }
    }

    static void log(Level level, String text) {
        System.getLogger("io.tharsis.transport").log(level, text);
    }

    private synchronized String suppressed(String kind) {
        long now = System.nanoTime();
        Said last = said.get(kind);
        if (last == null) {
            last = new Said();
            said.put(kind, last);
        } else if (now - last.atNs < QUIET_NS) {
            last.since++;
            return null;
        }
        String text = last.since == 0 ? "" : " (and " + last.since + " like it before)";
        last.atNs = now;
        last.since = 0;
        return text;
    }
}
