package io.tharsis.engine.storage;

import io.tharsis.ClosedException;
import io.tharsis.engine.graph.Operand;

import java.lang.foreign.MemorySegment;

/** Reads results out of the engine's memory. */
public final class Contents {
    private Contents() {}

    /** Something to do with a result while a count of it is held. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(Stored stored);
    }

    /**
     * Calls {@code reader} with the kept result of {@code operand}; throws if it has been closed
     * meanwhile.
     */
    public static <T> T read(Operand operand, Reader<T> reader) {
        Stored stored = operand.stored();
        if (stored == null || !stored.retain()) {
            throw new ClosedException("the result of " + operand + " was closed while it was read");
        }
        try {
            return reader.read(stored);
        } finally {
            stored.release();
        }
    }

    /**
     * Copies the kept result of {@code operand} into a dense row-major array of exactly its size.
     */
    public static void copy(Operand operand, MemorySegment target) {
        read(
                operand,
                stored -> {
                    Boxes.gather(stored, target);
                    return null;
                });
    }

    /**
     * The kept result of {@code operand} as data of its own; {@code operand}, which may hold on to
     * where it came from, is closed.
     */
    public static Operand detach(Operand operand) {
        Operand data =
                read(
                        operand,
                        stored -> {
                            stored.retain();
                            return Operand.data(stored);
                        });
        operand.close();
        return data;
    }
}
