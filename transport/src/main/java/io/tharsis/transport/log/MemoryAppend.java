package io.tharsis.transport.log;

import java.util.concurrent.CompletableFuture;

/** An append under way. <b>Threads: the log's own</b>, once it is handed over. */
final class MemoryAppend {
    final CompletableFuture<byte[]> result = new CompletableFuture<>();
    final MemoryClient client;
    final byte[] command;
    final long deadlineNs;
    boolean ended;

    MemoryAppend(MemoryClient client, byte[] command, long deadlineNs) {
        this.client = client;
        this.command = command;
        this.deadlineNs = deadlineNs;
    }
}
