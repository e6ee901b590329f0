package io.tharsis.actors;

import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

import java.util.AbstractQueue;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Iterator;
import java.util.PriorityQueue;

/**
 * A mailbox that gives the least message first. News of the system come before all messages, the
 * request to stop after all that are there.
 *
 * <p><b>Any thread offers; the turn alone does all else.</b> Order is made when the turn polls, so
 * senders share nothing but a queue.
 */
final class PriorityMailbox extends AbstractQueue<Object> {
    private final ManyToOneConcurrentLinkedQueue<Object> arrived =
            new ManyToOneConcurrentLinkedQueue<>();
    private final ArrayDeque<Object> first = new ArrayDeque<>();
    private final PriorityQueue<Entry> ordered;
    private final ArrayDeque<Object> last = new ArrayDeque<>();
    private long count;
    private boolean ends;

    <M> PriorityMailbox(Comparator<? super M> order) {
        @SuppressWarnings("unchecked") // messages are of M, or a sender has broken the type
        var byOrder = (Comparator<Object>) order;
        ordered =
                new PriorityQueue<>(
                        (a, b) -> {
                            int difference = compare(byOrder, a.key, b.key);
                            return difference != 0 ? difference : Long.compare(a.number, b.number);
                        });
    }

    /** Never throws: a queue that is interrupted while it orders itself loses messages. */
    private static int compare(Comparator<Object> order, Object a, Object b) {
        try {
            return order.compare(a, b);
        } catch (Throwable e) {
            Log.warn("the order of a priority mailbox threw; taken for equal", e);
            return 0;
        }
    }

    @Override
    public boolean offer(Object item) {
        return arrived.offer(item);
    }

    @Override
    public Object poll() {
        for (Object item = arrived.poll(); item != null; item = arrived.poll()) {
            sort(item);
        }
        if (!first.isEmpty()) {
            return first.poll();
        }
        return ordered.isEmpty() ? last.poll() : ordered.poll().item;
    }

    private void sort(Object item) {
        Object key = item instanceof Envelope envelope ? envelope.message() : item;
        if (ends || item instanceof Envelope.LastMessage) {
            ends = true;
            last.add(item);
        } else if (key == null) {
            first.add(item);
        } else {
            ordered.add(new Entry(item, key, count++));
        }
    }

    @Override
    public Object peek() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Iterator<Object> iterator() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int size() {
        throw new UnsupportedOperationException();
    }

    private record Entry(Object item, Object key, long number) {}
}
