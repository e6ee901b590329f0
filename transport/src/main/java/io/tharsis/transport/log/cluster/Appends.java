package io.tharsis.transport.log.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tharsis.transport.log.LogException;
import io.tharsis.transport.log.LogStats;
import io.tharsis.transport.log.ReplicatedLog;

import org.agrona.collections.Long2ObjectHashMap;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The appends of a client from the call to their end: handed over by any thread, then waiting to be
 * sent, then sent and waiting for an answer. Each ends once. <b>Threads: the client's own</b> but
 * for {@link #admit}, {@link #isEmpty}, {@link #hasHandedOver} and {@link #stats}.
 */
final class Appends {
    private final ConcurrentLinkedQueue<Append> handedOver = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicLong appended = new AtomicLong();
    private final AtomicLong notApplied = new AtomicLong();

    private final ArrayDeque<Append> waiting = new ArrayDeque<>();
    private final Long2ObjectHashMap<Append> sent = new Long2ObjectHashMap<>();
    private long nextSequence = 1;

    /** No deadline of a pending append is before this; the true first one may be later. */
    private long firstDeadlineNs = Long.MAX_VALUE;

    private volatile long answered;
    private volatile long failed;
    private volatile long unknown;

    /** Takes an append in; answers false, having ended it, if there is no room. */
    boolean admit(Append append) {
        appended.incrementAndGet();
        int size = append.frame.capacity();
        int count = pending.incrementAndGet();
        long bytes = pendingBytes.addAndGet(size);
        if (count > ReplicatedLog.MAX_PENDING || bytes > ReplicatedLog.MAX_PENDING_BYTES) {
            endNotApplied(append, "too many appends are under way");
            return false;
        }
        handedOver.add(append);
        return true;
    }

    boolean isEmpty() {
        return pending.get() == 0;
    }

    boolean hasHandedOver() {
        return !handedOver.isEmpty();
    }

    /** Moves what was handed over to those that wait to be sent. */
    int accept() {
        int count = 0;
        for (Append next = handedOver.poll(); next != null; next = handedOver.poll()) {
            waiting.add(next);
            firstDeadlineNs = Math.min(firstDeadlineNs, next.deadlineNs);
            count++;
        }
        return count;
    }

    /** The next one to be sent, with its sequence in it; null if there is none. */
    Append nextToSend() {
        while (!waiting.isEmpty() && waiting.peek().ended) {
            waiting.poll();
        }
        Append next = waiting.peek();
        if (next != null) {
            Frames.commandHeader(next.frame, 0, nextSequence);
        }
        return next;
    }

    int sentCount() {
        return sent.size();
    }

    /** The one that {@link #nextToSend} gave is on its way. */
    void wasSent() {
        Append append = waiting.poll();
        append.sent = true;
        sent.put(nextSequence++, append);
    }

    /** An answer has come; one to an append that has ended before is passed over. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void onAnswer(long sequence, int status, byte[] body) {
        Append append = sent.remove(sequence);
        if (append == null) {
            return;
        }
        if (status == Frames.ANSWERED) {
            answered++;
            release(append);
            append.result.complete(body);
        } else {
            failed++;
            release(append);
            append.result.completeExceptionally(new LogException.Failed(new String(body, UTF_8)));
        }
    }

    /** Ends those that were sent and have no answer. */
    void endSent(String why) {
        if (sent.isEmpty()) {
            return;
        }
        Append[] all = sent.values().toArray(new Append[0]);
        sent.clear();
        for (Append append : all) {
            endUnknown(append, why);
        }
    }

    /** Ends all. */
    void endAll(String why) {
        accept();
        endSent(why);
        for (Append append = waiting.poll(); append != null; append = waiting.poll()) {
            if (!append.ended) {
                endNotApplied(append, why);
            }
        }
    }

    /** Ends those whose deadline has passed. */
    void expire(long nowNs, String whyNotSent) {
        if (nowNs - firstDeadlineNs < 0 || firstDeadlineNs == Long.MAX_VALUE) {
            return;
        }
        long first = Long.MAX_VALUE;
        for (Append append : waiting) {
            if (!append.ended && nowNs - append.deadlineNs >= 0) {
                endNotApplied(append, "the deadline passed, " + whyNotSent);
            } else if (!append.ended) {
                first = Math.min(first, append.deadlineNs);
            }
        }
        for (Iterator<Append> all = sent.values().iterator(); all.hasNext(); ) {
            Append append = all.next();
            if (nowNs - append.deadlineNs >= 0) {
                all.remove();
                endUnknown(append, "the deadline passed before the answer came");
            } else {
                first = Math.min(first, append.deadlineNs);
            }
        }
        firstDeadlineNs = first;
    }

    private void release(Append append) {
        append.ended = true;
        pending.decrementAndGet();
        pendingBytes.addAndGet(-append.frame.capacity());
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void endUnknown(Append append, String why) {
        unknown++;
        release(append);
        append.result.completeExceptionally(new LogException.Unknown(why));
    }

    private void endNotApplied(Append append, String why) {
        notApplied.incrementAndGet();
        release(append);
        append.result.completeExceptionally(new LogException.NotApplied(why));
    }

    LogStats stats(long leaderChanges) {
        return new LogStats(
                appended.get(),
                answered,
                failed,
                notApplied.get(),
                unknown,
                pending.get(),
                leaderChanges);
    }
}
