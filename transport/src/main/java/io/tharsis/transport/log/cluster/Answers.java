package io.tharsis.transport.log.cluster;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.codecs.MessageHeaderEncoder;
import io.aeron.cluster.codecs.SessionMessageHeaderEncoder;
import io.aeron.cluster.service.ClientSession;

import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayDeque;

/**
 * Answers on their way to clients. One that finds no room waits in memory, up to a bound for each
 * client, so that a client that does not read never makes the log wait; beyond the bound answers
 * are dropped, and the client's appends end as unknown at their deadline. <b>Threads: the
 * service's.</b>
 */
final class Answers {
    private static final long MAX_WAITING_BYTES = 16L * 1024 * 1024;

    private final Long2ObjectHashMap<Waiting> waiting = new Long2ObjectHashMap<>();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private volatile long dropped;

    /**
     * What waits for one client. It is sent by a publication of its own, to the same stream: the
     * session's can be used while a command is applied, but not when the log is at rest. It stays
     * as long as the session, empty or not, since it takes a while to make.
     */
    private static final class Waiting implements AutoCloseable {
        final Publication publication;
        final UnsafeBuffer header = new UnsafeBuffer(new byte[AeronCluster.SESSION_HEADER_LENGTH]);
        final ArrayDeque<byte[]> frames = new ArrayDeque<>();
        long byteSize;

        Waiting(Aeron aeron, ClientSession session) {
            publication =
                    aeron.addPublication(session.responseChannel(), session.responseStreamId());
            new SessionMessageHeaderEncoder()
                    .wrapAndApplyHeader(header, 0, new MessageHeaderEncoder())
                    .clusterSessionId(session.id());
        }

        @Override
        public void close() {
            publication.close();
        }
    }

    long dropped() {
        return dropped;
    }

    void send(Aeron aeron, ClientSession session, DirectBuffer frame, int length) {
        Waiting queue = waiting.get(session.id());
        if (queue == null || queue.frames.isEmpty()) {
            long result = session.offer(frame, 0, length);
            if (result > 0) {
                return;
            }
            if (result != Publication.BACK_PRESSURED && result != Publication.ADMIN_ACTION) {
                // Nobody is there; the session will end.
                drop(1);
                return;
            }
        }
        if (queue == null) {
            queue = new Waiting(aeron, session);
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
        for (Waiting queue : waiting.values()) {
            sent += flush(queue);
        }
        return sent;
    }

    private int flush(Waiting queue) {
        int sent = 0;
        for (byte[] next = queue.frames.peek(); next != null; next = queue.frames.peek()) {
            view.wrap(next);
            long result =
                    queue.publication.offer(
                            queue.header, 0, queue.header.capacity(), view, 0, next.length, null);
            if (result == Publication.NOT_CONNECTED || result == Publication.CLOSED) {
                drop(queue.frames.size());
                queue.frames.clear();
                queue.byteSize = 0;
                break;
            }
            if (result <= 0) {
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
            queue.close();
        }
    }

    /** For a leader that is none any more: its clients end what they wait for. */
    void clear() {
        CloseHelper.closeAll(waiting.values());
        waiting.clear();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void drop(int count) {
        dropped += count;
    }
}
