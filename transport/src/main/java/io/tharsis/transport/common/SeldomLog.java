package io.tharsis.transport.common;

import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The transport's log, where what can recur without end, as what a stranger causes at will, is said
 * once a minute of each kind, with the number of times that it was kept back. Of 1,024 kinds the
 * one known the longest is forgotten first.
 *
 * <p>Thread-safe.
 */
public final class SeldomLog {
    private static final long EVERY_NS = 60_000_000_000L;
    private static final int MAX_KINDS = 1024;

    private final Map<String, Said> lately = new LinkedHashMap<>();

    private static final class Said {
        private long atNs;
        private long keptBack;
    }

    /** Says it now, whatever was said before. */
    public static void always(Level level, String text, Throwable cause) {
        System.getLogger("io.tharsis.transport").log(level, text, cause);
    }

    /**
     * Says it, unless something of this kind was said within the last minute.
     *
     * @param cause whose stack trace follows; null for none
     */
    public void say(Level level, String kind, String text, Throwable cause, long nowNs) {
        String more = due(kind, nowNs);
        if (more != null) {
            always(level, text + more, cause);
        }
    }

    /**
     * For those who say it themselves: null if something of this kind was said within the last
     * minute, else how many were kept back since, as the end of a line, and it counts as said.
     */
    public synchronized String due(String kind, long nowNs) {
        Said said = lately.get(kind);
        if (said == null) {
            said = new Said();
            if (lately.size() == MAX_KINDS) {
                lately.remove(lately.keySet().iterator().next());
            }
            lately.put(kind, said);
        } else if (nowNs - said.atNs < EVERY_NS) {
            said.keptBack++;
            return null;
        }
        String more = said.keptBack == 0 ? "" : " (and " + said.keptBack + " more)";
        said.atNs = nowNs;
        said.keptBack = 0;
        return more;
    }
}
