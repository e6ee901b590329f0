package io.tharsis.engine.storage;

import io.tharsis.engine.events.EngineEvents;
import io.tharsis.engine.spill.SpillFile;

import java.util.concurrent.atomic.LongAdder;

/** What a {@link ChunkStore} has done since it began; each move is an event for JFR as well. */
public final class StoreCounters {
    private final LongAdder spilled = new LongAdder();
    private final LongAdder written = new LongAdder();
    private final LongAdder loaded = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder remade = new LongAdder();
    private final LongAdder waitsForTasks = new LongAdder();
    private final LongAdder waitsForSpills = new LongAdder();
    private final LongAdder waitsForLoads = new LongAdder();

    StoreCounters() {}

    void spilled(SpillFile file, long nanos) {
        spilled.add(file.byteSize());
        written.add(file.storedBytes());
        EngineEvents.spill(file.path(), file.byteSize(), file.storedBytes(), nanos);
    }

    void loaded(SpillFile file, long nanos) {
        loaded.add(file.byteSize());
        EngineEvents.load(file.path().toString(), file.byteSize(), nanos);
    }

    void remade(long bytes, long nanos) {
        remade.add(bytes);
        EngineEvents.load("made again", bytes, nanos);
    }

    void dropped(long bytes) {
        dropped.add(bytes);
    }

    /** Bytes of chunks written to disk. */
    public long spilledBytes() {
        return spilled.sum();
    }

    /** Bytes that they had there. */
    public long writtenBytes() {
        return written.sum();
    }

    /** Bytes of chunks read back from disk. */
    public long loadedBytes() {
        return loaded.sum();
    }

    /** Bytes of chunks whose memory was taken without writing them. */
    public long droppedBytes() {
        return dropped.sum();
    }

    /** Bytes of chunks that were computed or read from their source again. */
    public long remadeBytes() {
        return remade.sum();
    }

    /** A task could not start: others have to end first. */
    public void waitedForTasks() {
        waitsForTasks.increment();
    }

    /** A task could not start: chunks have to be written first. */
    public void waitedForSpill() {
        waitsForSpills.increment();
    }

    /** A task could not start: chunks it reads have to come back first. */
    public void waitedForLoad() {
        waitsForLoads.increment();
    }

    public long waitsForTasks() {
        return waitsForTasks.sum();
    }

    public long waitsForSpills() {
        return waitsForSpills.sum();
    }

    public long waitsForLoads() {
        return waitsForLoads.sum();
    }
}
