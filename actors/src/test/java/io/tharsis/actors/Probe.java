package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What actors of a test have noted, from any thread, and a way to wait for it. */
final class Probe {
    /** For hangs alone; virtual time in a simulation. */
    static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Dispatcher dispatcher;
    private final List<String> notes = new ArrayList<>();
    private final List<Wait> waits = new ArrayList<>();

    /** Tests have actors fail by the thousand; held here, since the JDK holds it weakly. */
    private static final Logger LOG = Logger.getLogger("io.tharsis.actors");

    Probe(Dispatcher dispatcher) {
        silenceLog();
        this.dispatcher = dispatcher;
    }

    static void silenceLog() {
        LOG.setLevel(Level.OFF);
    }

    synchronized void note(Object note) {
        notes.add(String.valueOf(note));
        waits.removeIf(wait -> notes.size() >= wait.count && wait.future.complete(null));
    }

    synchronized List<String> notes() {
        return List.copyOf(notes);
    }

    /** Waits until there are {@code count} notes, and answers them. */
    List<String> await(int count) {
        var future = new CompletableFuture<Void>();
        synchronized (this) {
            if (notes.size() >= count) {
                future.complete(null);
            } else {
                waits.add(new Wait(count, future));
            }
        }
        end(future);
        return notes();
    }

    /** Waits for the end of {@code future}; fails if it hangs. */
    <T> CompletableFuture<T> end(CompletableFuture<T> future) {
        try {
            assertTrue(dispatcher.await(future, DEADLINE), () -> "hangs; noted so far: " + notes());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return future;
    }

    private record Wait(int count, CompletableFuture<Void> future) {}
}
