package io.tharsis.transport.bulk;

import static io.tharsis.transport.bulk.BulkDescriptor.CHECKSUM_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.DATA_HEAD;
import static io.tharsis.transport.bulk.BulkDescriptor.FETCH_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.OPENED_LENGTH;
import static io.tharsis.transport.bulk.BulkDescriptor.POSITION_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.VERSION_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.field;

import io.tharsis.transport.Sent;
import io.tharsis.transport.link.FrameLink;
import io.tharsis.transport.link.Rounds;
import io.tharsis.transport.wire.Lane;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * Gives what others ask for: a frame of each in turn, as long as there is room. <b>Threads: the
 * transport's own alone.</b>
 */
final class BulkServer {
    /** What one round sends at most, so that messages do not wait for long. */
    private static final long BYTES_A_ROUND = 1 << 20;

    /** More at a time one peer may not fetch. */
    private static final int MAX_A_PEER = 1024;

    /**
     * After so long without room data is offered all the same: a way that is over has none for
     * ever, and says what it is only then.
     */
    private static final long NO_ROOM_NS = 1_000_000_000;

    private static final String NO_WAY = "the way for bulk data is closed";

    private final Rounds rounds;
    private final BulkSource source;
    private final Map<FrameLink, Peer> peers = new HashMap<>();
    private final UnsafeBuffer head = new UnsafeBuffer(new byte[DATA_HEAD]);
    private final UnsafeBuffer body = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer scratch =
            new UnsafeBuffer(new byte[OPENED_LENGTH + BulkDescriptor.MAX_TEXT]);
    private long sentBytes;

    BulkServer(Rounds rounds, BulkSource source) {
        this.rounds = rounds;
        this.source = source;
    }

    /** Whom we give something. */
    private static final class Peer {
        /** In the order of their turns. */
        private final Queue<Sending> ready = new ArrayDeque<>();

        /** All, also those whose data is being opened. */
        private final Map<Long, Sending> all = new HashMap<>();

        /** Answers that have found no room yet. */
        private final Queue<Answer> answers = new ArrayDeque<>();

        /** When there was room for data, or data was offered without. */
        private long triedNs;

        private Peer(long nowNs) {
            triedNs = nowNs;
        }
    }

    /** What one fetch gets. */
    private static final class Sending {
        private final long fetch;
        private final Checksum checksum;
        private long position;
        private BulkLease lease;

        /** What the lease holds, once it is being sent. */
        private MemorySegment data;

        private boolean gone;

        private Sending(long fetch, long position, Checksum checksum) {
            this.fetch = fetch;
            this.position = position;
            this.checksum = checksum;
        }

        private void end() {
            gone = true;
            if (lease != null) {
                close(lease);
                lease = null;
            }
        }
    }

    /** One that fails to close keeps nothing else from its end. */
    private static void close(BulkLease lease) {
        try {
            lease.close();
        } catch (RuntimeException | Error e) {
            System.getLogger("io.tharsis.transport")
                    .log(Level.WARNING, "a lease of bulk data did not close", e);
        }
    }

    long sentBytes() {
        return sentBytes;
    }

    // ---------------------------------------------------------------- what is asked

    void onRequest(FrameLink link, DirectBuffer buffer, int offset, int length) {
        if (length <= OPENED_LENGTH) {
            throw new IllegalArgumentException("a request of " + length + " bytes");
        }
        String key = BulkDescriptor.text(buffer, offset, length, OPENED_LENGTH);
        long fetch = field(buffer, offset, FETCH_OFFSET);
        long version = field(buffer, offset, VERSION_OFFSET);
        long position = field(buffer, offset, POSITION_OFFSET);
        var sending =
                new Sending(
                        fetch,
                        position,
                        Checksum.common((int) field(buffer, offset, CHECKSUM_OFFSET)));
        Peer peer = peers.computeIfAbsent(link, _ -> new Peer(rounds.nanoTime()));
        if (peer.all.containsKey(fetch)) {
            return;
        }
        if (peer.all.size() == MAX_A_PEER) {
            refuse(link, peer, fetch, "this peer fetches " + MAX_A_PEER + " at a time already");
            return;
        }
        peer.all.put(fetch, sending);
        open(
                key,
                (lease, failure) -> {
                    boolean runs =
                            rounds.execute(
                                    () -> opened(link, peer, sending, version, lease, failure));
                    if (!runs && lease != null) {
                        close(lease);
                    }
                });
    }

    private void open(String key, BiConsumer<BulkLease, Throwable> then) {
        CompletionStage<BulkLease> opening;
        try {
            opening = source.open(key);
        } catch (RuntimeException | Error e) {
            opening = CompletableFuture.failedStage(e);
        }
        if (opening == null) {
            opening = CompletableFuture.completedStage(null);
        }
        opening.whenComplete(then);
    }

    private void opened(
            FrameLink link,
            Peer peer,
            Sending sending,
            long version,
            BulkLease lease,
            Throwable failure) {
        if (sending.gone || peers.get(link) != peer) {
            // Its number may mean another fetch by now.
            if (lease != null) {
                close(lease);
            }
            return;
        }
        if (lease == null) {
            fail(link, peer, sending, failure == null ? "no such data" : text(failure));
            return;
        }
        sending.lease = lease;
        try {
            begin(link, peer, sending, version);
        } catch (RuntimeException | Error e) {
            fail(link, peer, sending, text(e));
        }
    }

    private void begin(FrameLink link, Peer peer, Sending sending, long version) {
        MemorySegment data = sending.lease.segment();
        long length = data.byteSize();
        long leased = sending.lease.version();
        if (!Bulk.isForAnyThread(data)) {
            String text = "what is given is native memory that any thread may read, not " + data;
            fail(link, peer, sending, text);
        } else if (sending.position < 0 || sending.position > length) {
            fail(link, peer, sending, "from " + sending.position + " on, of " + length);
        } else if (sending.position > 0 && version != leased) {
            // The receiver compares the versions and says so to its caller.
            end(peer, sending);
            answer(link, peer, sending, length, leased);
        } else {
            sending.data = data;
            peer.ready.add(sending);
            answer(link, peer, sending, length, leased);
        }
    }

    private static String text(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
    }

    /** On the lane of the data, so that it comes before them. */
    private void answer(FrameLink link, Peer peer, Sending sending, long length, long version) {
        reply(
                link,
                peer,
                new Answer(
                        Lane.BULK,
                        sending.fetch,
                        () ->
                                BulkDescriptor.opened(
                                        scratch,
                                        sending.fetch,
                                        length,
                                        version,
                                        sending.checksum)));
    }

    private void fail(FrameLink link, Peer peer, Sending sending, String why) {
        end(peer, sending);
        refuse(link, peer, sending.fetch, why);
    }

    private static void end(Peer peer, Sending sending) {
        peer.all.remove(sending.fetch, sending);
        peer.ready.remove(sending);
        sending.end();
    }

    private void refuse(FrameLink link, Peer peer, long fetch, String why) {
        reply(
                link,
                peer,
                new Answer(
                        Lane.MESSAGES, fetch, () -> BulkDescriptor.refused(scratch, fetch, why)));
    }

    /** Writes into the scratch, and says how long it is. */
    private interface Encoder {
        int encode();
    }

    private record Answer(Lane lane, long fetch, Encoder encoder) {}

    /** Those that find no room wait for it, in order; so do data behind them. */
    private void reply(FrameLink link, Peer peer, Answer answer) {
        if (!peer.answers.isEmpty() || !send(link, peer, answer)) {
            peer.answers.add(answer);
        }
    }

    /** Whether it need not be sent any more. */
    private boolean send(FrameLink link, Peer peer, Answer answer) {
        int length = answer.encoder.encode();
        Sent sent = link.offer(answer.lane, BulkDescriptor.SERVICE, scratch, 0, length);
        if (sent == Sent.CLOSED && answer.lane == Lane.BULK) {
            refuseForNoWay(link, peer, answer.fetch);
        }
        return sent == Sent.SENT || sent == Sent.CLOSED;
    }

    private void refuseForNoWay(FrameLink link, Peer peer, long fetch) {
        Sending sending = peer.all.get(fetch);
        if (sending != null) {
            end(peer, sending);
        }
        refuse(link, peer, fetch, NO_WAY);
    }

    void onCancel(FrameLink link, DirectBuffer buffer, int offset) {
        Peer peer = peers.get(link);
        Sending sending = peer == null ? null : peer.all.get(field(buffer, offset, FETCH_OFFSET));
        if (sending != null) {
            end(peer, sending);
        }
    }

    void onLost(FrameLink link) {
        Peer peer = peers.remove(link);
        if (peer != null) {
            peer.all.values().forEach(Sending::end);
        }
    }

    void close() {
        peers.values().forEach(peer -> peer.all.values().forEach(Sending::end));
        peers.clear();
    }

    // --------------------------------------------------------------------- frames out

    int work(long nowNs) {
        int work = 0;
        for (Map.Entry<FrameLink, Peer> entry : peers.entrySet()) {
            work += serve(entry.getKey(), entry.getValue(), nowNs);
        }
        return work;
    }

    private int serve(FrameLink link, Peer peer, long nowNs) {
        while (!peer.answers.isEmpty()) {
            if (!send(link, peer, peer.answers.peek())) {
                return 0;
            }
            peer.answers.remove();
        }
        int frames = 0;
        long left = BYTES_A_ROUND;
        int most = link.maxBody(Lane.BULK) - BulkDescriptor.DATA_OFFSET;
        while (left > 0 && most > 0 && !peer.ready.isEmpty()) {
            Sending next = peer.ready.peek();
            int length = (int) Math.min(most, next.data.byteSize() - next.position);
            try {
                if (length > 0 && !(mayOffer(link, peer, nowNs) && sendData(link, next, length))) {
                    break;
                }
            } catch (RuntimeException | Error e) {
                fail(link, peer, next, text(e));
                continue;
            }
            peer.ready.remove();
            if (next.position == next.data.byteSize()) {
                end(peer, next);
            } else {
                peer.ready.add(next);
            }
            left -= length;
            frames++;
        }
        return frames;
    }

    private static boolean mayOffer(FrameLink link, Peer peer, long nowNs) {
        if (!link.hasRoom(Lane.BULK) && nowNs - peer.triedNs < NO_ROOM_NS) {
            return false;
        }
        peer.triedNs = nowNs;
        return true;
    }

    /**
     * @throws IllegalStateException if there is no way for it any more, or its memory is closed
     */
    private boolean sendData(FrameLink link, Sending next, int length) {
        MemorySegment bytes = next.data.asSlice(next.position, length);
        BulkDescriptor.data(head, next.fetch, next.position, next.checksum.of(bytes));
        body.wrap(bytes.address(), length);
        Sent sent = link.offer(Lane.BULK, BulkDescriptor.SERVICE, head, DATA_HEAD, body, 0, length);
        if (sent == Sent.CLOSED) {
            throw new IllegalStateException(NO_WAY);
        }
        if (sent != Sent.SENT) {
            return false;
        }
        next.position += length;
        sentBytes += length;
        return true;
    }
}
