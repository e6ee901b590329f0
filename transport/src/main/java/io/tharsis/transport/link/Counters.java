package io.tharsis.transport.link;

import io.tharsis.transport.TransportStats;

import java.util.concurrent.atomic.LongAdder;

/** What a transport counts. */
final class Counters {
    final LongAdder sent = new LongAdder();
    final LongAdder backPressured = new LongAdder();
    final LongAdder received = new LongAdder();
    final LongAdder connections = new LongAdder();
    final LongAdder losses = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder stale = new LongAdder();

    TransportStats stats() {
        return new TransportStats(
                sent.sum(),
                received.sum(),
                backPressured.sum(),
                connections.sum(),
                losses.sum(),
                malformed.sum(),
                stale.sum());
    }
}
