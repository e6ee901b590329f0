package io.tharsis.actors;

import java.util.ArrayList;
import java.util.List;

/**
 * The living actors that one actor, or the system, has spawned: a list linked through the cells
 * themselves, so that a child costs nothing more.
 *
 * <p>Thread-safe.
 */
final class Children {
    private Cell<?> first;
    private boolean closed;

    /** False if nothing is to be spawned any more. */
    synchronized boolean add(Cell<?> child) {
        if (closed) {
            return false;
        }
        child.next = first;
        if (first != null) {
            first.previous = child;
        }
        first = child;
        return true;
    }

    synchronized void remove(Cell<?> child) {
        if (child.previous != null) {
            child.previous.next = child.next;
        } else if (first == child) {
            first = child.next;
        } else {
            return;
        }
        if (child.next != null) {
            child.next.previous = child.previous;
        }
        child.next = null;
        child.previous = null;
    }

    synchronized boolean isEmpty() {
        return first == null;
    }

    synchronized List<Cell<?>> list() {
        List<Cell<?>> all = new ArrayList<>();
        for (Cell<?> child = first; child != null; child = child.next) {
            all.add(child);
        }
        return all;
    }

    synchronized void close() {
        closed = true;
    }

    /** Asks all to stop, at once. */
    void stopAll() {
        list().forEach(child -> child.command(life -> life.stop(null)));
    }
}
