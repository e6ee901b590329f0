package io.tharsis.transport.bulk;

import static io.tharsis.transport.bulk.BulkDescriptor.CHECKSUM_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.DATA_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.FETCH_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.LENGTH_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.OPENED_LENGTH;
import static io.tharsis.transport.bulk.BulkDescriptor.POSITION_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.SUM_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.TEXT_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.VERSION_OFFSET;
import static io.tharsis.transport.bulk.BulkDescriptor.field;

import io.tharsis.transport.Address;
import io.tharsis.transport.LinkState;
import io.tharsis.transport.Loss;
import io.tharsis.transport.Sent;
import io.tharsis.transport.bulk.BulkException.Reason;
import io.tharsis.transport.link.FrameLink;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;

/**
 * Fetches what this side wants. It asks again, from where it is, after a loss and after damage.
 * <b>Threads: the transport's own alone.</b>
 */
final class BulkClient {
    /** So many damaged frames one after the other a fetch bears. */
    private static final int MOST_DAMAGED = 8;

    /** How often deadlines are looked at. */
    private static final long LOOK_NS = 10_000_000;

    private final Function<Address, FrameLink> links;
    private final Map<Long, Fetching> asked = new LinkedHashMap<>();
    private final Map<Fetch, Fetching> all = new LinkedHashMap<>();
    private final UnsafeBuffer scratch =
            new UnsafeBuffer(new byte[OPENED_LENGTH + BulkDescriptor.MAX_TEXT]);
    private long lastNumber;
    private long lookedNs;
    private int unasked;

    /** What has ended here and is still to be said to have, until there is room or no link. */
    private final Map<FrameLink, Queue<Long>> cancels = new LinkedHashMap<>();

    private long receivedBytes;
    private long damaged;

    /**
     * @param life the process's incarnation; numbers begin there, so that no answer to an earlier
     *     life names a fetch of this one
     */
    BulkClient(long life, Function<Address, FrameLink> links) {
        this.links = links;
        this.lastNumber = life;
    }

    /** What was asked for. */
    static final class Fetching {
        private final Address from;
        private final String key;
        private final byte[] keyBytes;
        private final MemorySegment target;
        private final long deadlineNs;
        private final long patienceMs;
        private final Fetch fetch;
        private FrameLink link;
        private long number;
        private boolean isAsked;
        private Checksum checksum;
        private long received;
        private long version;
        private int damaged;
        private Loss last;

        /** How often the lane has ended, and how at last, since there was data or a connection. */
        private int laneEnds;

        private String laneEnd;

        Fetching(
                Address from,
                String key,
                byte[] keyBytes,
                MemorySegment target,
                long nowNs,
                long patienceNs,
                Fetch fetch) {
            this.from = from;
            this.key = key;
            this.keyBytes = keyBytes;
            this.target = target;
            this.deadlineNs = nowNs + patienceNs;
            this.patienceMs = patienceNs / 1_000_000;
            this.fetch = fetch;
        }

        @Override
        public String toString() {
            return "the fetch of \"%s\" (%d of %d bytes) from %s"
                    .formatted(key, received, target.byteSize(), from);
        }

        private String doing() {
            String was =
                    (laneEnds == 0
                                    ? ""
                                    : "; its lane has ended %d times since anything came, at last: %s"
                                            .formatted(laneEnds, laneEnd))
                            + (last == null ? "" : "; the connection was lost before: " + last);
            return (isAsked
                            ? checksum == null ? "it was asked for" : "it was being received"
                            : link == null
                                    ? "there was no link"
                                    : "its request was not sent yet; the link: " + link.state())
                    + was;
        }
    }

    long receivedBytes() {
        return receivedBytes;
    }

    long damaged() {
        return damaged;
    }

    void start(Fetching fetching, long nowNs) {
        if (all.isEmpty()) {
            lookedNs = nowNs;
        }
        all.put(fetching.fetch, fetching);
        unasked++;
    }

    void cancel(Fetch fetch) {
        Fetching fetching = all.get(fetch);
        if (fetching != null) {
            giveUp(fetching, Reason.CANCELLED, "was cancelled");
        }
    }

    private void cancelThere(Fetching fetching) {
        if (fetching.isAsked) {
            cancels.computeIfAbsent(fetching.link, _ -> new ArrayDeque<>()).add(fetching.number);
        }
    }

    /** Each is of a request that was sent, so there are no more of them than of those. */
    private int sayCancels() {
        int said = 0;
        for (Map.Entry<FrameLink, Queue<Long>> entry : cancels.entrySet()) {
            Queue<Long> numbers = entry.getValue();
            while (!numbers.isEmpty() && sayCancel(entry.getKey(), numbers.peek())) {
                numbers.remove();
                said++;
            }
        }
        cancels.values().removeIf(Queue::isEmpty);
        return said;
    }

    private boolean sayCancel(FrameLink link, long number) {
        int length = BulkDescriptor.cancel(scratch, number);
        return link.offer(BulkDescriptor.SERVICE, scratch, 0, length) == Sent.SENT;
    }

    /** Ends it while the other side may still give. */
    private void giveUp(Fetching fetching, Reason reason, String what) {
        cancelThere(fetching);
        end(fetching, reason, what);
    }

    private void end(Fetching fetching, Reason reason, String what) {
        remove(fetching);
        fetching.fetch.end(new BulkException(reason, fetching + " " + what));
    }

    private void remove(Fetching fetching) {
        all.remove(fetching.fetch);
        if (fetching.isAsked) {
            asked.remove(fetching.number);
        } else {
            unasked--;
        }
    }

    // ------------------------------------------------------------------------ asking

    int work(long nowNs) {
        int work = sayCancels();
        if (unasked > 0) {
            for (Fetching fetching : new ArrayList<>(all.values())) {
                work += !fetching.isAsked && ask(fetching) ? 1 : 0;
            }
        }
        if (!all.isEmpty() && nowNs - lookedNs >= LOOK_NS) {
            lookedNs = nowNs;
            expire(nowNs);
        }
        return work;
    }

    private boolean ask(Fetching fetching) {
        if (fetching.link == null || fetching.link.state() instanceof LinkState.Ended) {
            fetching.link = links.apply(fetching.from);
        }
        fetching.number = ++lastNumber;
        Sent sent =
                fetching.link.offer(
                        BulkDescriptor.SERVICE,
                        scratch,
                        0,
                        BulkDescriptor.request(
                                scratch,
                                fetching.number,
                                fetching.received,
                                fetching.version,
                                Checksum.BEST,
                                fetching.keyBytes));
        if (sent != Sent.SENT) {
            return false;
        }
        unasked--;
        fetching.isAsked = true;
        fetching.checksum = null;
        asked.put(fetching.number, fetching);
        return true;
    }

    private void askAgain(Fetching fetching) {
        asked.remove(fetching.number);
        fetching.isAsked = false;
        unasked++;
    }

    private void expire(long nowNs) {
        for (Fetching fetching : new ArrayList<>(all.values())) {
            if (nowNs - fetching.deadlineNs >= 0) {
                giveUp(
                        fetching,
                        fetching.laneEnds > 1 ? Reason.LANE_DEAD : Reason.EXPIRED,
                        "did not end within " + fetching.patienceMs + " ms; " + fetching.doing());
            }
        }
    }

    // ----------------------------------------------------------------------- answers

    void onOpened(FrameLink link, DirectBuffer buffer, int offset, int length) {
        Fetching fetching = of(link, buffer, offset);
        if (fetching == null) {
            return;
        }
        Checksum checksum =
                length == OPENED_LENGTH
                        ? Checksum.numbered((int) field(buffer, offset, CHECKSUM_OFFSET))
                        : null;
        if (checksum == null) {
            throw new IllegalArgumentException("an answer of " + length + " bytes");
        }
        long size = field(buffer, offset, LENGTH_OFFSET);
        long version = field(buffer, offset, VERSION_OFFSET);
        if (size != fetching.target.byteSize()) {
            giveUp(
                    fetching,
                    Reason.OTHER_SIZE,
                    "ended: there it has " + size + " bytes, the target here another size");
        } else if (fetching.received > 0 && version != fetching.version) {
            giveUp(fetching, Reason.CHANGED, "ended: it has become other data since it began");
        } else {
            fetching.checksum = checksum;
            fetching.version = version;
            finishIfWhole(fetching);
        }
    }

    void onRefused(FrameLink link, DirectBuffer buffer, int offset, int length) {
        Fetching fetching = of(link, buffer, offset);
        if (fetching != null) {
            end(
                    fetching,
                    Reason.REFUSED,
                    "was refused: " + BulkDescriptor.text(buffer, offset, length, TEXT_OFFSET));
        }
    }

    /** The lane is lost, with all that was asked for until then. */
    void onBroken(FrameLink link, DirectBuffer buffer, int offset, int length) {
        long lastFetch = field(buffer, offset, FETCH_OFFSET);
        String text = BulkDescriptor.text(buffer, offset, length, TEXT_OFFSET);
        for (Fetching fetching : new ArrayList<>(asked.values())) {
            if (fetching.link == link && fetching.number <= lastFetch) {
                fetching.laneEnds++;
                fetching.laneEnd = text;
                askAgain(fetching);
            }
        }
    }

    void onData(FrameLink link, DirectBuffer buffer, int offset, int length) {
        Fetching fetching = of(link, buffer, offset);
        if (fetching == null || fetching.checksum == null) {
            // Cancelled, or asked again since.
            return;
        }
        int bytes = length - DATA_OFFSET;
        if (bytes <= 0
                || field(buffer, offset, POSITION_OFFSET) != fetching.received
                || bytes > fetching.target.byteSize() - fetching.received) {
            damaged(fetching, "a frame for another position");
            return;
        }
        MemorySegment target;
        try {
            target = fetching.target.asSlice(fetching.received, bytes);
            MemorySegment.copy(segment(buffer, offset + DATA_OFFSET, bytes), 0, target, 0, bytes);
        } catch (IllegalStateException e) {
            giveUp(fetching, Reason.CANCELLED, "was cancelled: its target is closed");
            return;
        }
        if (fetching.checksum.of(target) != field(buffer, offset, SUM_OFFSET)) {
            damaged(fetching, "a frame with a wrong checksum");
            return;
        }
        fetching.received += bytes;
        fetching.damaged = 0;
        fetching.laneEnds = 0;
        receivedBytes += bytes;
        fetching.fetch.received(fetching.received);
        finishIfWhole(fetching);
    }

    /** The bytes of a frame, which may lie on the heap or not. */
    @SuppressWarnings("restricted")
    private static MemorySegment segment(DirectBuffer buffer, int index, int length) {
        byte[] array = buffer.byteArray();
        return array == null
                ? MemorySegment.ofAddress(buffer.addressOffset() + index).reinterpret(length)
                : MemorySegment.ofArray(array).asSlice(buffer.wrapAdjustment() + index, length);
    }

    private void damaged(Fetching fetching, String what) {
        damaged++;
        cancelThere(fetching);
        if (++fetching.damaged > MOST_DAMAGED) {
            end(
                    fetching,
                    Reason.CORRUPT,
                    "was given up after "
                            + fetching.damaged
                            + " damaged frames; the last: "
                            + what);
        } else {
            askAgain(fetching);
        }
    }

    private void finishIfWhole(Fetching fetching) {
        if (fetching.received == fetching.target.byteSize()) {
            remove(fetching);
            fetching.fetch.end(null);
        }
    }

    /** Which fetch a frame is of; null if of one that has ended. */
    private Fetching of(FrameLink link, DirectBuffer buffer, int offset) {
        Fetching fetching = asked.get(field(buffer, offset, FETCH_OFFSET));
        return fetching == null || fetching.link != link ? null : fetching;
    }

    // -------------------------------------------------------------------------- links

    void onLost(FrameLink link, Loss loss) {
        cancels.remove(link);
        for (Fetching fetching : new ArrayList<>(asked.values())) {
            if (fetching.link == link) {
                fetching.last = loss;
                fetching.laneEnds = 0;
                askAgain(fetching);
            }
        }
    }

    void close(String why) {
        for (Fetching fetching : new ArrayList<>(all.values())) {
            end(fetching, Reason.CLOSED, "ended: " + why);
        }
    }
}
