package io.tharsis.transport.aeron;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A small file that lasts as long as the process that made it lives and holds it: the system's lock
 * on it ends with the process, however that ends. Made and closed under {@link Folder#locked} only,
 * so that nobody locks a file that another one is deleting.
 *
 * <p>Thread-safe.
 */
final class HeldFile implements AutoCloseable {
    // Of this JVM. POSIX gives up a process's lock when it closes any descriptor of the file, so a
    // file that we hold ourselves must not be opened a second time, not even to look.
    private static final Map<Path, String> HELD = new HashMap<>();

    private final Path path;
    private final FileChannel channel;

    private HeldFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Makes the file with this text, or answers null if somebody holds it. */
    static HeldFile tryHold(Path file, String text) {
        Path path = key(file);
        synchronized (HELD) {
            if (HELD.containsKey(path)) {
                return null;
            }
            FileChannel channel = null;
            try {
                channel = FileChannel.open(path, CREATE, READ, WRITE, LinkOption.NOFOLLOW_LINKS);
                if (channel.tryLock() == null) {
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

    /** The text of a file that a living process holds; null if none does. */
    static String heldText(Path file) {
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

    static boolean isHeld(Path file) {
        return heldText(file) != null;
    }

    /** Deletes the file and lets go of it. */
    @Override
    public void close() {
        synchronized (HELD) {
            if (HELD.remove(path) != null) {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException _) {
                    // It is not held any more, which is what counts.
                }
                closeQuietly(channel);
            }
        }
    }

    private static Path key(Path file) {
        return file.toAbsolutePath().normalize();
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
