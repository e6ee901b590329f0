package io.tharsis.actors.place;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A changing set of nodes, and a set of keys whose moves are told: after each change of the nodes
 * the listener gets exactly those keys whose owner by {@link Rendezvous} is another one now.
 *
 * <p>Thread-safe. The listener is called by the thread that changes the nodes, one change after the
 * other, before the change returns and with {@link #current} already the new one; it must not
 * change nodes or keys itself.
 *
 * @param <N> see {@link Rendezvous}
 */
public final class Placement<N> {
    private final Consumer<? super Rendezvous.Move<N>> listener;
    private final Set<String> keys = new LinkedHashSet<>();
    private volatile Rendezvous<N> current = Rendezvous.of(List.of());
    private boolean telling;

    /** Without nodes and keys. */
    public Placement(Consumer<? super Rendezvous.Move<N>> listener) {
        this.listener = Objects.requireNonNull(listener);
    }

    /** The nodes as they are; does not change with them. */
    public Rendezvous<N> current() {
        return current;
    }

    /** Where {@code key} belongs now, whether it is tracked or not; empty if there are no nodes. */
    public Optional<N> owner(String key) {
        return current.owner(key);
    }

    /** Tells of {@code key} from now on; answers its owner now, empty if there are no nodes. */
    public synchronized Optional<N> track(String key) {
        checkNotTelling();
        keys.add(Objects.requireNonNull(key));
        return current.owner(key);
    }

    /** Tells of {@code key} no more. */
    public synchronized void untrack(String key) {
        checkNotTelling();
        keys.remove(key);
    }

    /** Adds a node; no effect if it is there. Throws what {@link #set} throws. */
    public void add(N node) {
        change(nodes -> nodes.with(node));
    }

    /** Takes a node away; no effect if it is not there. Throws what {@link #set} throws. */
    public void remove(N node) {
        change(nodes -> nodes.without(node));
    }

    /**
     * Replaces all nodes, as one change. What the listener throws is thrown once all keys have been
     * told, the first with the others suppressed; the change stays.
     *
     * @throws IllegalArgumentException if two that are not equal have the same text; nothing has
     *     changed then
     * @throws IllegalStateException inside the listener
     */
    public void set(Collection<? extends N> nodes) {
        change(_ -> Rendezvous.of(nodes));
    }

    private synchronized void change(UnaryOperator<Rendezvous<N>> change) {
        checkNotTelling();
        Rendezvous<N> before = current;
        Rendezvous<N> after = change.apply(before);
        current = after;
        telling = true;
        try {
            tell(after.moved(keys, before));
        } finally {
            telling = false;
        }
    }

    private void tell(List<Rendezvous.Move<N>> moves) {
        RuntimeException first = null;
        for (Rendezvous.Move<N> move : moves) {
            try {
                listener.accept(move);
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else if (first != e) {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void checkNotTelling() {
        if (telling) {
            throw new IllegalStateException("a listener must not change what it is told of");
        }
    }

    @Override
    public String toString() {
        return "Placement" + current.nodes();
    }
}
