package io.tharsis.transport.link;

import io.tharsis.transport.common.SeldomLog;

import java.lang.System.Logger.Level;

/** What a transport's log says of its peers, of each one a line a minute. Thread-safe. */
final class Notices {
    private final SeldomLog log = new SeldomLog();

    /** Says it, unless something was said of this peer within the last minute. */
    void limited(String peer, String text, long nowNs) {
        log.say(Level.WARNING, peer, peer + ": " + text, null, nowNs);
    }

    void log(Level level, String text, Throwable cause) {
        SeldomLog.always(level, text, cause);
    }
}
