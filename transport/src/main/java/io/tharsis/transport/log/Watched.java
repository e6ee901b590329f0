package io.tharsis.transport.log;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A value and who hears of its changes, each change once and in order; for the makers of logs.
 * Thread-safe: a change is told on the thread that makes it, and the next one waits for it.
 *
 * @param <T> compared by {@code equals}
 */
public final class Watched<T> {
    private final List<Consumer<? super T>> listeners = new CopyOnWriteArrayList<>();
    private volatile T value;

    /**
     * @param first what it is at
     */
    public Watched(T first) {
        value = first;
    }

    /** What it is at now. */
    public T get() {
        return value;
    }

    /** Changes it, and tells if it is another one. */
    public synchronized void set(T next) {
        if (!next.equals(value)) {
            value = next;
            listeners.forEach(listener -> tell(listener, next));
        }
    }

    /** Adds a listener, and tells it what the value is. */
    public synchronized void add(Consumer<? super T> listener) {
        listeners.add(listener);
        tell(listener, value);
    }

    private void tell(Consumer<? super T> listener, T next) {
        try {
            listener.accept(next);
        } catch (RuntimeException e) {
            System.getLogger("io.tharsis.transport")
                    .log(Level.WARNING, "a listener to a replicated log threw", e);
        }
    }
}
