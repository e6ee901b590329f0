package io.tharsis.transport.bulk;

import static io.tharsis.transport.bulk.BulkDescriptor.CHECKSUM_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.DATA_HEAD;
import static io.tharsis.transport.bulk.BulkDescriptor.FETCH_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.OPENED_LENGTH;
import static io.tharsis.transport.bulk.BulkDescriptor.POSITION_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.VERSION_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.field;

import io.tharsis.transport.Loss;
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

    /**
     * More at a time one peer may not fetch; nor do more refusals, of up to 1,024 characters, wait
     * for one that does not read. So a peer that keeps to this limit hears of all that it asks for,
     * and the refusals of one that does not take 2 MiB.
     */
    static final int MAX_A_PEER = 1024;

    private final Rounds rounds;
    private final BulkSource source;
    private final Map<FrameLink, Peer> peers = new HashMap<>();
    private final UnsafeBuffer head = new UnsafeBuffer(new byte[DATA_HEAD]);
    private final UnsafeBuffer body = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer scratch =
            new UnsafeBuffer(new byte[OPENED_LENGTH + BulkDescriptor.MAX_TEXT]);
    private long sentBytes;
    private long dropped;

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

        /** Those that have found no room yet. */
        private final Queue<Refusal> refusals = new ArrayDeque<>();

        /** The last that it has asked for. */
        private long lastFetch;

        /** How the lane to it ended last, as far as was seen here. */
        private Loss laneLoss;

        /** It does not know that yet. */
        private boolean tellLoss;

        /** The last that it had asked for then. */
        private long lostFetch;

        private Peer(Loss laneLoss) {
            this.laneLoss = laneLoss;
        }

        private void endAll() {
            all.values().forEach(Sending::end);
            all.clear();
            ready.clear();
            refusals.clear();
        }
    }

    private record Refusal(long fetch, String why) {}

    /** What one fetch gets. */
    private static final class Sending {
        private final long fetch;
        private final Checksum checksum;
        private long position;
        private BulkLease lease;

        /** What the lease holds, once it is being sent. */
        private MemorySegment data;

        /** The lease's. */
        private long version;

        /** The other side knows what comes. */
        private boolean announced;

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

    long dropped() {
        return dropped;
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
        Peer peer = peers.computeIfAbsent(link, it -> new Peer(it.bulkLoss()));
        peer.lastFetch = fetch;
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
        } else {
            sending.data = data;
            sending.version = leased;
            if (sending.position > 0 && version != leased) {
                // The receiver compares the versions and says so to its caller.
                sending.position = length;
            }
            peer.ready.add(sending);
        }
    }

    private static String text(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
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

    /** Those that find no room wait for it, in order, as far as they may. */
    private void refuse(FrameLink link, Peer peer, long fetch, String why) {
        String text = why.substring(0, Math.min(why.length(), BulkDescriptor.MAX_TEXT));
        var refusal = new Refusal(fetch, text);
        if (peer.refusals.isEmpty() && say(link, refusal)) {
            return;
        }
        if (peer.refusals.size() < MAX_A_PEER) {
            peer.refusals.add(refusal);
        } else {
            dropped++;
        }
    }

    private boolean say(FrameLink link, Refusal refusal) {
        return say(link, BulkDescriptor.refused(scratch, refusal.fetch, refusal.why));
    }

    private boolean say(FrameLink link, int length) {
        return link.offer(BulkDescriptor.SERVICE, scratch, 0, length) == Sent.SENT;
    }

    void onCancel(FrameLink link, DirectBuffer buffer, int offset) {
        Peer peer = peers.get(link);
        if (peer == null) {
            return;
        }
        long fetch = field(buffer, offset, FETCH_OFFSET);
        Sending sending = peer.all.get(fetch);
        if (sending != null) {
            end(peer, sending);
        } else {
            peer.refusals.removeIf(refusal -> refusal.fetch == fetch);
        }
    }

    void onLost(FrameLink link) {
        Peer peer = peers.remove(link);
        if (peer != null) {
            peer.endAll();
        }
    }

    void close() {
        peers.values().forEach(Peer::endAll);
        peers.clear();
    }

    // --------------------------------------------------------------------- frames out

    int work() {
        int work = 0;
        for (Map.Entry<FrameLink, Peer> entry : peers.entrySet()) {
            FrameLink link = entry.getKey();
            Peer peer = entry.getValue();
            attendLane(link, peer);
            while (!peer.refusals.isEmpty() && say(link, peer.refusals.peek())) {
                peer.refusals.remove();
            }
            work += serve(link, peer);
        }
        return work;
    }

    /**
     * When the lane has ended, nobody knows which frames came through. So all that was asked for
     * ends here, what was given whole among it, and the other side asks again for what it misses.
     */
    private void attendLane(FrameLink link, Peer peer) {
        Loss loss = link.bulkLoss();
        if (loss != null && loss != peer.laneLoss) {
            peer.laneLoss = loss;
            peer.lostFetch = peer.lastFetch;
            peer.tellLoss = true;
            peer.endAll();
        }
        if (peer.tellLoss) {
            int length = BulkDescriptor.broken(scratch, peer.lostFetch, peer.laneLoss.text());
            peer.tellLoss = !say(link, length);
        }
    }

    private int serve(FrameLink link, Peer peer) {
        int frames = 0;
        long left = BYTES_A_ROUND;
        int most = link.maxBody(Lane.BULK) - BulkDescriptor.DATA_OFFSET;
        while (left > 0 && most > 0 && !peer.ready.isEmpty()) {
            Sending next = peer.ready.peek();
            int length = (int) Math.min(most, next.data.byteSize() - next.position);
            try {
                if (!announce(link, next) || (length > 0 && !sendData(link, next, length))) {
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

    /** By the lane of the data, so that it comes before them. */
    private boolean announce(FrameLink link, Sending next) {
        if (!next.announced) {
            int length =
                    BulkDescriptor.opened(
                            scratch, next.fetch, next.data.byteSize(), next.version, next.checksum);
            next.announced =
                    link.offer(Lane.BULK, BulkDescriptor.SERVICE, scratch, 0, length) == Sent.SENT;
        }
        return next.announced;
    }

    /**
     * @throws IllegalStateException if its memory is closed
     */
    private boolean sendData(FrameLink link, Sending next, int length) {
        if (!link.hasRoom(Lane.BULK)) {
            return false;
        }
        MemorySegment bytes = next.data.asSlice(next.position, length);
        BulkDescriptor.data(head, next.fetch, next.position, next.checksum.of(bytes));
        body.wrap(bytes.address(), length);
        Sent sent = link.offer(Lane.BULK, BulkDescriptor.SERVICE, head, DATA_HEAD, body, 0, length);
        if (sent != Sent.SENT) {
            return false;
        }
        next.position += length;
        sentBytes += length;
        return true;
    }
}
