package io.tharsis.engine;

import io.tharsis.engine.graph.Operand;
import java.util.List;

/**
 * Runs operands. Two exist: the real one (optimize, fuse, tile, schedule, execute) and a reference that evaluates one operand at a
 * time on the scalar twin, which tests use as an oracle.
 *
 * <p>Thread-safe.
 */
public interface Engine extends AutoCloseable {
    /**
     * Computes {@code roots} together, work they share once, and keeps each result in its operand ({@link Operand#stored()}); roots
     * that have one already are left alone. Returns when all are done.
     */
    void execute(List<Operand> roots);

    /** Cancels what runs and frees everything the engine owns. */
    @Override
    void close();
}
