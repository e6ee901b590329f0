package io.tharsis.transport.common;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A small file that a living process holds: the system's lock on it ends with the process, however
 * that ends. Where such files are deleted, by {@link #delete} or as what the dead have left, some
 * other lock must keep all apart who make and delete them, so that nobody locks a file that another
 * one is deleting.
 *
 * <p>Thread-safe.
 */
public final class HeldFile implements AutoCloseable {
    // Of this JVM. POSIX gives up a process's lock when it closes any descriptor of the file, so a
    // file that we hold ourselves must not be opened a second time, not even to look.
    private static final Map<Path, String> HELD = new HashMap<>();

    /** How long others may keep us from a file by looking at it again and again. */
    private static final long MOST_LOOKING_NS = 5_000_000_000L;

    private final Path path;
    private final FileChannel channel;

    private HeldFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Holds the file, made if it is missing, with this text; or answers null if somebody holds it,
     * here or in another process.
     *
     * @throws UncheckedIOException if it cannot be made or locked, or is a link
     */
    public static HeldFile tryHold(Path file, String text) {
        Path path = key(file);
        synchronized (HELD) {
            if (HELD.containsKey(path)) {
                return null;
            }
            FileChannel channel = null;
            try {
                channel = FileChannel.open(path, CREATE, READ, WRITE, LinkOption.NOFOLLOW_LINKS);
                if (!lock(channel)) {
                    channel.close();
                    return null;
                }
                channel.truncate(0).write(ByteBuffer.wrap(text.getBytes(UTF_8)), 0);
                HELD.put(path, text);
                return new HeldFile(path, channel);
            } catch (IOException e) {
                closeQuietly(channel);
                throw new UncheckedIOException("cannot hold " + path, e);
            }
        }
    }

    // Who looks has a shared lock for a moment; if we get one too, nobody holds the file.
    private static boolean lock(FileChannel channel) throws IOException {
        long start = System.nanoTime();
        while (channel.tryLock() == null) {
            try (FileLock looking = channel.tryLock(0, Long.MAX_VALUE, true)) {
                if (looking == null || System.nanoTime() - start > MOST_LOOKING_NS) {
                    return false;
                }
            }
            Thread.yield();
        }
        return true;
    }

    /** The text of a file that a living process holds; null if none does. */
    public static String heldText(Path file) {
        Path path = key(file);
        synchronized (HELD) {
            String own = HELD.get(path);
            if (own != null) {
                return own;
            }
            try (FileChannel channel = FileChannel.open(path, READ, LinkOption.NOFOLLOW_LINKS)) {
                // Shared, so that two who look at a time do not take each other for the holder.
                if (channel.tryLock(0, Long.MAX_VALUE, true) != null) {
                    return null;
                }
                ByteBuffer text = ByteBuffer.allocate(256);
                int length = channel.read(text, 0);
                return length < 0 ? "" : new String(text.array(), 0, length, UTF_8);
            } catch (NoSuchFileException e) {
                return null;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot look at " + path, e);
            }
        }
    }

    /** Whether a living process holds the file. */
    public static boolean isHeld(Path file) {
        return heldText(file) != null;
    }

    /** Deletes the file and lets go of it; no effect after {@link #close}. */
    public void delete() {
        synchronized (HELD) {
            if (HELD.containsKey(path)) {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException _) {
                    // It is not held any more, which is what counts.
                }
                close();
            }
        }
    }

    /** Lets go of the file, which stays. */
    @Override
    public void close() {
        synchronized (HELD) {
            if (HELD.remove(path) != null) {
                closeQuietly(channel);
            }
        }
    }

    // By another name it is the same file.
    private static Path key(Path file) {
        Path path = file.toAbsolutePath().normalize();
        try {
            return path.getParent().toRealPath().resolve(path.getFileName());
        } catch (IOException _) {
            return path; // There is no such folder, nor the file.
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException _) {
            // Nothing was written that matters.
        }
    }
}
