package io.tharsis.transport.log.cluster;

import io.aeron.cluster.service.ClientSession;

import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Answers on their way to clients. One that finds no room waits in memory, up to a bound for each
 * client, so that a client that does not read never makes the log wait; beyond the bound answers
 * are dropped, and the client's appends end as unknown at their deadline.
 */
final class Answers {
    private static final long MAX_WAITING_BYTES = 16L * 1024 * 1024;

    private final Long2ObjectHashMap<Waiting> waiting = new Long2ObjectHashMap<>();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private volatile long dropped;

    private static final class Waiting {
        final ClientSession session;
        final ArrayDeque<byte[]> frames = new ArrayDeque<>();
        long byteSize;

        Waiting(ClientSession session) {
            this.session = session;
        }
    }

    long dropped() {
        return dropped;
    }

    void send(ClientSession session, DirectBuffer frame, int length) {
        Waiting queue = waiting.get(session.id());
        if (queue == null && session.offer(frame, 0, length) > 0) {
            return;
        }
        if (queue == null) {
            queue = new Waiting(session);
            waiting.put(session.id(), queue);
        }
        if (queue.byteSize + length > MAX_WAITING_BYTES) {
            drop(1);
            return;
        }
        byte[] copy = new byte[length];
        frame.getBytes(0, copy);
        queue.frames.add(copy);
        queue.byteSize += length;
    }

    int flush() {
        if (waiting.isEmpty()) {
            return 0;
        }
        int sent = 0;
        for (Iterator<Waiting> queues = waiting.values().iterator(); queues.hasNext(); ) {
            Waiting queue = queues.next();
            sent += flush(queue);
            if (queue.frames.isEmpty()) {
                queues.remove();
            }
        }
        return sent;
    }

    private int flush(Waiting queue) {
        int sent = 0;
        for (byte[] next = queue.frames.peek(); next != null; next = queue.frames.peek()) {
            view.wrap(next);
            if (queue.session.offer(view, 0, next.length) <= 0) {
                break;
            }
            queue.frames.poll();
            queue.byteSize -= next.length;
            sent++;
        }
        return sent;
    }

    void forget(long session) {
        Waiting queue = waiting.remove(session);
        if (queue != null) {
            drop(queue.frames.size());
        }
    }

    /** For a leader that is none any more: its answers cannot be sent. */
    void clear() {
        waiting.clear();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void drop(int count) {
        dropped += count;
    }
}
