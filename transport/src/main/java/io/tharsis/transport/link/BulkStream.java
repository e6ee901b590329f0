package io.tharsis.transport.link;

import io.tharsis.transport.Loss;
import io.tharsis.transport.wire.Outflow;

import java.util.function.Supplier;

/**
 * The stream of a connection for bulk data. When it ends the connection goes on, and so do its
 * messages. It is opened anew once somebody has offered to it since, after a pause that grows while
 * streams end soon one after the other. <b>Threads: the transport's own</b>, but for what says
 * otherwise.
 */
final class BulkStream {
    private static final long FIRST_PAUSE_NS = 50_000_000;
    private static final long LONGEST_PAUSE_NS = 2_000_000_000;

    private final String name;
    private final Supplier<Outflow> opening;
    private volatile Outflow stream;
    private volatile Loss loss;
    private volatile boolean wanted;
    private boolean ended;
    private long openedNs;
    private long endedNs;
    private long pauseNs;

    /**
     * @param name from whom to whom, for messages
     */
    BulkStream(String name, Supplier<Outflow> opening, long nowNs) {
        this.name = name;
        this.opening = opening;
        open(nowNs);
    }

    private void open(long nowNs) {
        wanted = false;
        ended = false;
        openedNs = nowNs;
        stream = opening.get();
    }

    /** The latest one; it may be over. Any thread. */
    Outflow stream() {
        return stream;
    }

    /** How a stream ended last, each time another object; null if none has. Any thread. */
    Loss loss() {
        return loss;
    }

    /** Somebody has offered to a stream that is over. Any thread. */
    void want() {
        wanted = true;
    }

    /** Notices the end of a stream, and opens the next one when it is time. */
    void tick(long nowNs) {
        if (!ended && stream.isClosed()) {
            ended = true;
            endedNs = nowNs;
            pauseNs =
                    nowNs - openedNs > LONGEST_PAUSE_NS
                            ? FIRST_PAUSE_NS
                            : Math.clamp(2 * pauseNs, FIRST_PAUSE_NS, LONGEST_PAUSE_NS);
            String why = stream.whyClosed();
            loss =
                    new Loss(
                            Loss.Cause.STREAM_ENDED,
                            "the stream of bulk data from %s has ended after %d ms%s"
                                    .formatted(
                                            name,
                                            (nowNs - openedNs) / 1_000_000,
                                            why == null ? "" : ": " + why));
        } else if (ended && wanted && nowNs - endedNs >= pauseNs) {
            open(nowNs);
        }
    }

    void close() {
        stream.close();
    }
}
