package io.tharsis;

import io.tharsis.engine.LocalEngine;
import io.tharsis.engine.memory.MemoryBudget;
import io.tharsis.engine.spill.SpillSpace;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The settings of a session on one machine; each has a default. Not thread-safe. */
public final class LocalSettings {
    private static final long DEFAULT_CHUNK_BYTES = 128L << 20;

    private int threads = Runtime.getRuntime().availableProcessors();
    private long memoryBytes;
    private long chunkBytes;
    private List<Path> spillFolders = List.of(SpillSpace.defaultFolder());
    private boolean eager;

    LocalSettings() {}

    /** Compute threads; by default one for each processor. */
    public LocalSettings threads(int count) {
        if (count < 1 || count > 4096) {
            throw new IllegalArgumentException("threads are 1 to 4096, got " + count);
        }
        threads = count;
        return this;
    }

    /**
     * Bytes of memory the session may hold; by default most of what the machine or container has
     * beside the Java heap. What does not fit goes to disk, see {@link #spillTo}.
     */
    public LocalSettings memory(long bytes) {
        if (bytes < 1 << 20) {
            throw new IllegalArgumentException(
                    "a session needs at least 1 MiB, got " + bytes + " bytes");
        }
        memoryBytes = bytes;
        return this;
    }

    /**
     * As {@link #memory(long)}: {@code "512m"}, {@code "8g"}, {@code "8GiB"}, {@code "1t"}, or a
     * number of bytes.
     */
    public LocalSettings memory(String size) {
        return memory(parseBytes(size));
    }

    /**
     * About how large a stored chunk is; by default 128 MiB, and less where the memory is small.
     */
    public LocalSettings chunkBytes(long bytes) {
        if (bytes < 64) {
            throw new IllegalArgumentException("a chunk has at least 64 bytes, got " + bytes);
        }
        chunkBytes = bytes;
        return this;
    }

    /**
     * Folders on local disks for what does not fit into memory, used in turn; by default one in the
     * system's folder for temporary files. The session makes a folder of its own in each when it
     * needs one, and removes it when it is closed; those that a crashed process left are removed by
     * the next session.
     */
    public LocalSettings spillTo(Path... folders) {
        if (folders.length == 0) {
            throw new IllegalArgumentException("a session needs at least one folder to spill to");
        }
        spillFolders = List.of(folders);
        return this;
    }

    /** Computes every tensor when it is made; for looking for mistakes. */
    public LocalSettings eager() {
        eager = true;
        return this;
    }

    /** The session; the caller closes it. */
    public Session open() {
        MemoryBudget budget =
                memoryBytes == 0 ? MemoryBudget.ofThisMachine() : new MemoryBudget(memoryBytes);
        long chunk =
                chunkBytes == 0
                        ? Math.clamp(
                                budget.capacity() / (8L * threads), 1 << 16, DEFAULT_CHUNK_BYTES)
                        : chunkBytes;
        return new Session(
                new LocalEngine(threads, budget, chunk, LocalEngine.INLINE_WORK, spillFolders),
                eager);
    }

    /**
     * Reads a size with an optional unit: k, m, g or t, powers of 1024, in either case, with or
     * without {@code b} or {@code ib}.
     */
    public static long parseBytes(String size) {
        String text = size.strip().toLowerCase(Locale.ROOT);
        int end = 0;
        while (end < text.length()
                && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
            end++;
        }
        String unit = text.substring(end).strip().replaceFirst("i?b$", "");
        int power = unit.isEmpty() ? 0 : "kmgt".indexOf(unit) + 1;
        if (end == 0 || unit.length() > 1 || !unit.isEmpty() && power == 0) {
            throw new IllegalArgumentException(
                    "\"" + size + "\" is no size; write it as 512m, 8g or a number of bytes");
        }
        try {
            return Math.round(Double.parseDouble(text.substring(0, end)) * Math.pow(1024, power));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "\"" + size + "\" is no size; write it as 512m, 8g or a number of bytes", e);
        }
    }
}
