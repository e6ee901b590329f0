package io.tharsis.transport.simulated;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What has happened: a number that follows from all of it, and the last of it as text. */
final class Trace {
    private static final int KEPT = 1 << 10;

    /** One thing that happened, to a stream or, with stream 0, to a host. */
    private record Entry(long atNs, String what, Host from, Host to, long stream, long number) {
        @Override
        public String toString() {
            String where = to == null ? "" + from.address : from.address + " -> " + to.address;
            String which = stream == 0 ? "" : " stream " + stream + " #" + number;
            return String.format(
                    Locale.ROOT, "%13.6f s  %-14s %s%s", atNs / 1e9, what, where, which);
        }
    }

    private final Entry[] ring = new Entry[KEPT];
    private long count;
    private long hash;

    void note(long atNs, String what, Host from, Host to, long stream, long number) {
        ring[(int) (count++ % KEPT)] = new Entry(atNs, what, from, to, stream, number);
        mix(atNs);
        mix(what.hashCode());
        mix(from.index);
        mix(to == null ? -1 : to.index);
        mix(stream);
        mix(number);
    }

    private void mix(long value) {
        hash = (hash ^ value) * 0x9E3779B97F4A7C15L;
        hash ^= hash >>> 32;
    }

    long hash() {
        return hash;
    }

    List<String> last() {
        List<String> lines = new ArrayList<>();
        for (long i = Math.max(0, count - KEPT); i < count; i++) {
            lines.add(ring[(int) (i % KEPT)].toString());
        }
        return lines;
    }
}
