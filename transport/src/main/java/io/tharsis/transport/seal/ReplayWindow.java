package io.tharsis.transport.seal;

/**
 * Which counters of a session were seen, for the last {@value #SIZE}; older ones are refused. A
 * ring of bits, of which {@code top} is the greatest. <b>Threads: one alone.</b>
 */
final class ReplayWindow {
    /** How far a datagram may come late, in datagrams of its session. */
    static final int SIZE = 8192;

    private static final int MASK = SIZE - 1;
    private final long[] seen = new long[SIZE / Long.SIZE];
    private long top;

    /** Whether a counter is new. */
    boolean isNew(long counter) {
        if (counter <= 0) {
            return false;
        }
        if (counter > top) {
            return true;
        }
        return top - counter < SIZE && (seen[word(counter)] & bit(counter)) == 0;
    }

    /** Notes a counter, which must be new and whose datagram must have opened. */
    void note(long counter) {
        if (counter > top) {
            forget(counter);
            top = counter;
        }
        seen[word(counter)] |= bit(counter);
    }

    /** Clears the bits that {@code (top, counter]} take over from counters a round ago. */
    private void forget(long counter) {
        int left = (int) Math.min(counter - top, SIZE);
        for (long next = counter - left + 1; left > 0; ) {
            boolean wholeWord = (next & 63) == 0 && left >= Long.SIZE;
            int step = wholeWord ? Long.SIZE : 1;
            seen[word(next)] &= wholeWord ? 0 : ~bit(next);
            next += step;
            left -= step;
        }
    }

    private static int word(long counter) {
        return (int) (counter & MASK) >>> 6;
    }

    private static long bit(long counter) {
        return 1L << (counter & 63);
    }
}
