package io.tharsis.transport.bulk;

import io.tharsis.transport.Address;
import io.tharsis.transport.Endpoint;
import io.tharsis.transport.Link;
import io.tharsis.transport.LinkListener;
import io.tharsis.transport.Loss;
import io.tharsis.transport.Transport;
import io.tharsis.transport.link.FrameLink;
import io.tharsis.transport.link.Rounds;

import org.agrona.DirectBuffer;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * Bulk data over a transport. Many fetches go on at a time, from one peer and from several, and
 * share the way fairly: the giving side sends a frame of each in turn. A fetch survives the loss of
 * its connection, or of the lane of its data alone: it goes on where it was once the peer, or the
 * lane, is there again, until its deadline.
 *
 * <p>Thread-safe.
 */
public final class Bulk {
    private final Transport transport;
    private final Rounds rounds;
    private final BulkServer server;
    private final BulkClient client;
    private final LongAdder malformed = new LongAdder();

    private Bulk(Transport transport, BulkSource source) {
        this.transport = transport;
        this.rounds = (Rounds) transport;
        this.server = new BulkServer(rounds, source);
        this.client =
                new BulkClient(
                        transport.self().incarnation(), from -> (FrameLink) transport.link(from));
        transport.register(BulkDescriptor.SERVICE, new Listener());
        rounds.eachRound(
                () -> {
                    long nowNs = rounds.nanoTime();
                    return client.work(nowNs) + server.work();
                });
        rounds.atClose(
                () -> {
                    client.close("the transport of " + transport.self() + " is closed");
                    server.close();
                });
    }

    /**
     * Bulk over {@code transport}, once; it ends with the transport.
     *
     * @param source what this side gives
     * @throws IllegalStateException if the transport has it already
     */
    public static Bulk on(Transport transport, BulkSource source) {
        return new Bulk(transport, source);
    }

    /**
     * Fetches what {@code key} means at {@code from} into {@code target}.
     *
     * @param key at most 1,024 bytes as UTF-8, and not empty
     * @param target native memory of just the data's size, which any thread may write; the caller
     *     leaves it alone until the fetch has ended
     * @param deadline when to give up
     * @throws IllegalStateException if the transport is closed
     */
    public Fetch fetch(Address from, String key, MemorySegment target, Duration deadline) {
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        if (keyBytes.length == 0 || keyBytes.length > BulkDescriptor.MAX_TEXT) {
            throw new IllegalArgumentException(
                    "a key has 1 to %d bytes, this one %d"
                            .formatted(BulkDescriptor.MAX_TEXT, keyBytes.length));
        }
        if (target.isReadOnly() || !isForAnyThread(target)) {
            throw new IllegalArgumentException(
                    "a fetch goes to native memory that any thread may write, not to " + target);
        }
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("a deadline is not negative: " + deadline);
        }
        if (from.equals(transport.self().address())) {
            throw new IllegalArgumentException("a fetch from " + from + ", which is this process");
        }
        var self = new Fetch[1];
        self[0] = new Fetch(() -> rounds.execute(() -> client.cancel(self[0])));
        var fetching =
                new BulkClient.Fetching(
                        from, key, keyBytes, target, rounds.nanoTime(), nanos(deadline), self[0]);
        if (!rounds.execute(() -> client.start(fetching, rounds.nanoTime()))) {
            throw new IllegalStateException(
                    "the transport of " + transport.self() + " is closed; fetching from " + from);
        }
        return self[0];
    }

    /** Whether it is native memory, and confined to no thread. */
    static boolean isForAnyThread(MemorySegment segment) {
        return segment.isNative() && segment.isAccessibleBy(Thread.ofVirtual().unstarted(() -> {}));
    }

    private static long nanos(Duration time) {
        // A century, since the clock may be anywhere.
        Duration longest = Duration.ofDays(36_500);
        return (time.compareTo(longest) > 0 ? longest : time).toNanos();
    }

    /** What was counted until now; a glance, while the transport works on. */
    public BulkStats stats() {
        return new BulkStats(
                server.sentBytes(),
                client.receivedBytes(),
                client.damaged(),
                malformed.sum(),
                server.dropped());
    }

    private final class Listener implements LinkListener {
        @Override
        public void message(
                Link link, Endpoint remote, DirectBuffer buffer, int offset, int length) {
            var from = (FrameLink) link;
            try {
                if (length < BulkDescriptor.SHORTEST) {
                    throw new IllegalArgumentException("a frame of " + length + " bytes");
                }
                switch ((int) BulkDescriptor.field(buffer, offset, 0)) {
                    case (int) BulkDescriptor.TYPE_REQUEST ->
                            server.onRequest(from, buffer, offset, length);
                    case (int) BulkDescriptor.TYPE_OPENED ->
                            client.onOpened(from, buffer, offset, length);
                    case (int) BulkDescriptor.TYPE_REFUSED ->
                            client.onRefused(from, buffer, offset, length);
                    case (int) BulkDescriptor.TYPE_CANCEL -> server.onCancel(from, buffer, offset);
                    case (int) BulkDescriptor.TYPE_BROKEN ->
                            client.onBroken(from, buffer, offset, length);
                    case (int) BulkDescriptor.TYPE_DATA ->
                            client.onData(from, buffer, offset, length);
                    default -> throw new IllegalArgumentException("a frame of no known type");
                }
            } catch (IllegalArgumentException e) {
                malformed.increment();
                from.reject("bulk: " + e.getMessage());
            }
        }

        @Override
        public void lost(Link link, Endpoint remote, Loss loss) {
            server.onLost((FrameLink) link);
            client.onLost((FrameLink) link, loss);
        }
    }
}
