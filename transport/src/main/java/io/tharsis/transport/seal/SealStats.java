package io.tharsis.transport.seal;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the seal of a driver has counted since its start. Thread-safe. */
public final class SealStats {
    /** What is counted. */
    public enum Kind {
        /** Datagrams that were sealed and given to the network. */
        SEALED,
        /** Datagrams that opened, and went on to Aeron. */
        OPENED,
        /** Handshake datagrams and hints that were sent. */
        HANDSHAKE_SENT,
        /** Handshakes of others that were answered with a challenge. */
        CHALLENGED,
        /** Sessions that were made, here or by the other side. */
        SESSIONS,
        /** Sessions that had to go because the table was full. */
        EVICTED,
        /** Datagrams of Aeron's that were dropped because there is no session yet. */
        WAITING,
        /** Datagrams of Aeron's that were dropped because the key is used up. */
        EXHAUSTED,
        /** Refused: a plain Aeron frame, from somebody without a key. */
        UNSEALED(true),
        /** Refused: neither ours nor Aeron's, or of a wrong length. */
        MALFORMED(true),
        /** Refused: of a session that is not, or no longer, known. */
        UNKNOWN_SESSION(true),
        /** Refused: forged or damaged. */
        BAD_TAG(true),
        /** Refused: seen before, or too old to tell. */
        REPLAYED(true),
        /** Refused: it opened, but came from another address than its session's. */
        WRONG_SOURCE(true),
        /** Refused: a handshake under another key, or a forged one. */
        WRONG_KEY(true),
        /** Refused: a handshake that answers no challenge of ours of the last seconds. */
        STALE(true),
        /** Refused: a handshake that was meant for another address than ours. */
        WRONG_DESTINATION(true),
        /** Refused: a handshake of our own that came back. */
        REFLECTED(true),
        /** Refused unseen: more handshakes than are looked at in a second. */
        RATE_LIMITED(true);

        private final boolean refusal;

        Kind() {
            this(false);
        }

        Kind(boolean refusal) {
            this.refusal = refusal;
        }

        /** Whether it counts datagrams that came in and were dropped. */
        public boolean isRefusal() {
            return refusal;
        }
    }

    private static final Kind[] KINDS = Kind.values();
    private final LongAdder[] counts = new LongAdder[KINDS.length];

    SealStats() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    void count(Kind kind) {
        counts[kind.ordinal()].increment();
    }

    /** How many there were. */
    public long get(Kind kind) {
        return counts[kind.ordinal()].sum();
    }

    /** How many datagrams that came in were dropped, for whatever reason. */
    public long refused() {
        long sum = 0;
        for (Kind kind : KINDS) {
            sum += kind.isRefusal() ? get(kind) : 0;
        }
        return sum;
    }

    /** All counts; not of one instant. */
    public Map<Kind, Long> snapshot() {
        Map<Kind, Long> snapshot = new EnumMap<>(Kind.class);
        for (Kind kind : KINDS) {
            snapshot.put(kind, get(kind));
        }
        return snapshot;
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
