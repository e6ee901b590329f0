package io.tharsis.transport.log.cluster;

import io.tharsis.transport.log.AppendCounts;

import org.agrona.concurrent.UnsafeBuffer;

/** An append under way. <b>Threads: the client's own</b>, once it is handed over. */
final class Append extends AppendCounts.Entry {
    /** The frame as it is sent; its sequence is filled in then. */
    final UnsafeBuffer frame;

    Append(UnsafeBuffer frame, long deadlineNs) {
        super(frame.capacity(), deadlineNs);
        this.frame = frame;
    }
}
