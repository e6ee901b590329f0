package io.tharsis.transport.log.cluster;

import org.agrona.concurrent.UnsafeBuffer;

import java.util.concurrent.CompletableFuture;

/** An append under way. <b>Threads: the client's own</b>, once it is handed over. */
final class Append {
    final CompletableFuture<byte[]> result = new CompletableFuture<>();

    /** The frame as it is sent; its sequence is filled in then. */
    final UnsafeBuffer frame;

    final long deadlineNs;
    boolean sent;
    boolean ended;

    Append(UnsafeBuffer frame, long deadlineNs) {
        this.frame = frame;
        this.deadlineNs = deadlineNs;
    }
}
