package io.tharsis.transport.log;

/** An append under way. <b>Threads: the log's own</b>, once it is handed over. */
final class MemoryAppend extends AppendCounts.Entry {
    final MemoryClient client;
    final byte[] command;

    MemoryAppend(MemoryClient client, byte[] command, long deadlineNs) {
        super(command.length, deadlineNs);
        this.client = client;
        this.command = command;
    }
}
