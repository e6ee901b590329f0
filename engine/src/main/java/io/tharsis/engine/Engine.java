package io.tharsis.engine;

import io.tharsis.Computation;
import io.tharsis.SessionStats;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.memory.PoolStats;
import io.tharsis.engine.storage.ChunkSink;
import io.tharsis.engine.storage.Contents;

import java.util.List;

/**
 * Runs operands. Two exist: the real one (optimize, fuse, tile, schedule, execute) and a reference
 * that evaluates one operand at a time on the scalar twin, which tests use as an oracle.
 *
 * <p>Thread-safe.
 */
public interface Engine extends AutoCloseable {
    /**
     * Computes {@code roots} together, work they share once, and keeps each result in its operand
     * ({@link Operand#stored()}); roots that have one already are left alone. Returns when all are
     * done.
     *
     * @param computation is told how far the work is, and may ask for its end
     */
    void execute(List<Operand> roots, Computation computation);

    /** As {@link #execute(List, Computation)} with nobody watching. */
    default void execute(List<Operand> roots) {
        execute(roots, new Computation());
    }

    /**
     * Computes {@code root} and hands its chunks to {@code sink}, each as soon as it is made, so
     * that the whole need not be held; nothing is kept. Returns when the sink has all of them.
     */
    default void stream(Operand root, ChunkSink sink, Computation computation) {
        execute(List.of(root), computation);
        Contents.read(
                root,
                stored -> {
                    for (int chunk = 0; chunk < stored.grid().chunkCount(); chunk++) {
                        int number = chunk;
                        stored.read(
                                chunk,
                                memory -> {
                                    sink.accept(stored.grid(), number, memory);
                                    return null;
                                });
                    }
                    return null;
                });
    }

    /** What computing {@code roots} would do, stage by stage; computes nothing. */
    String explain(List<Operand> roots);

    /** The engine's memory. */
    PoolStats memory();

    /** As {@link #memory}, and what has been moved to disk and back, and what tasks waited for. */
    default SessionStats stats() {
        return SessionStats.of(memory());
    }

    /**
     * Loops that are being compiled now, in the background: until there are none, the same work may
     * still get faster each time. They belong to the JVM, not to one engine alone.
     */
    default int compiling() {
        return 0;
    }

    /** Cancels what runs and frees everything the engine owns. */
    @Override
    void close();
}
