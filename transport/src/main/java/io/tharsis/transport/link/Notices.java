package io.tharsis.transport.link;

import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The transport's log, where what a stranger can cause at will is said once a minute for each peer,
 * with the number of times it was kept back. <b>Threads: the transport's own alone.</b>
 */
final class Notices {
    private static final long EVERY_NS = 60_000_000_000L;
    private static final int MAX_PEERS = 1024;

    private final Map<String, Said> lately = new LinkedHashMap<>();

    private static final class Said {
        private long atNs;
        private long keptBack;
    }

    /** Says it, unless something was said of this peer within the last minute. */
    void limited(String peer, String text, long nowNs) {
        Said said = lately.get(peer);
        if (said != null && nowNs - said.atNs < EVERY_NS) {
            said.keptBack++;
            return;
        }
        String more = said == null || said.keptBack == 0 ? "" : " (and " + said.keptBack + " more)";
        if (said == null) {
            said = new Said();
            if (lately.size() == MAX_PEERS) {
                lately.remove(lately.keySet().iterator().next());
            }
            lately.put(peer, said);
        }
        said.atNs = nowNs;
        said.keptBack = 0;
        log(Level.WARNING, peer + ": " + text + more, null);
    }

    void log(Level level, String text, Throwable cause) {
        System.getLogger("io.tharsis.transport").log(level, text, cause);
    }
}
