package io.tharsis.transport.log.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tharsis.transport.log.AppendCounts;
import io.tharsis.transport.log.LogStats;

import org.agrona.collections.Long2ObjectHashMap;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The appends of a client from the call to their end: handed over by any thread, then waiting to be
 * sent, then sent and waiting for an answer. Each ends once. <b>Threads: the client's own</b> but
 * for {@link #admit}, {@link #isEmpty}, {@link #hasHandedOver} and {@link #stats}.
 */
final class Appends {
    private final ConcurrentLinkedQueue<Append> handedOver = new ConcurrentLinkedQueue<>();
    private final AppendCounts counts = new AppendCounts();

    private final ArrayDeque<Append> waiting = new ArrayDeque<>();
    private final Long2ObjectHashMap<Append> sent = new Long2ObjectHashMap<>();
    private long nextSequence = 1;

    /** No deadline of a pending append is before this; the true first one may be later. */
    private long firstDeadlineNs = Long.MAX_VALUE;

    /**
     * Takes an append in; answers false, having ended it, if there is no room or {@code closed}.
     */
    boolean admit(Append append, boolean closed) {
        return counts.admit(append, closed) && handedOver.add(append);
    }

    boolean isEmpty() {
        return counts.isEmpty();
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
        while (!waiting.isEmpty() && waiting.peek().hasEnded()) {
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
        sent.put(nextSequence++, append);
    }

    /** An answer has come; one to an append that has ended before is passed over. */
    void onAnswer(long sequence, int status, byte[] body) {
        Append append = sent.remove(sequence);
        if (append == null) {
            return;
        }
        if (status == Frames.ANSWERED) {
            counts.answered(append, body);
        } else {
            counts.failed(append, new String(body, UTF_8));
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
            counts.unknown(append, why);
        }
    }

    /** Ends all. */
    void endAll(String why) {
        accept();
        endSent(why);
        for (Append append = waiting.poll(); append != null; append = waiting.poll()) {
            if (!append.hasEnded()) {
                counts.notApplied(append, why);
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
            if (!append.hasEnded() && nowNs - append.deadlineNs >= 0) {
                counts.notApplied(append, "the deadline passed, " + whyNotSent);
            } else if (!append.hasEnded()) {
                first = Math.min(first, append.deadlineNs);
            }
        }
        for (Iterator<Append> all = sent.values().iterator(); all.hasNext(); ) {
            Append append = all.next();
            if (nowNs - append.deadlineNs >= 0) {
                all.remove();
                counts.unknown(append, "the deadline passed before the answer came");
            } else {
                first = Math.min(first, append.deadlineNs);
            }
        }
        firstDeadlineNs = first;
    }

    LogStats stats(long leaderChanges) {
        return counts.stats(leaderChanges);
    }
}
