package io.tharsis.transport.aeron;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.tharsis.transport.common.HeldFile;
import io.tharsis.transport.seal.PrivateDirectory;
import io.tharsis.transport.seal.UnsafeBindingException;

import org.agrona.IoUtil;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The folder of a user's drivers on a machine, mode 0700: whoever can write in it can read and
 * forge all that goes through shared memory.
 *
 * <pre>
 *   driver/        the shared driver's files      driver.lock    held by it while it lives
 *   own-N/         an embedded driver's files     own-N.lock     held by its process
 *   at+host+port   held by a process on the shared driver; its text is its stream by shared memory
 *   bound+...      held by the same process: the interface and port that its socket is bound to
 *   folder.lock    locked for a moment to make or delete any of these
 *   driver.log     what the shared driver has to say
 * </pre>
 */
record Folder(Path path) {
    /** How the names of a process's two entries on the shared driver begin. */
    static final String AT = "at+";

    static final String BOUND = "bound+";

    private static final Object THIS_JVM = new Object();

    static Path defaultPath() {
        Path memory = Path.of("/dev/shm");
        Path base =
                Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
        return base.resolve("tharsis-" + System.getProperty("user.name").replaceAll("\\W", "_"));
    }

    /**
     * The folder, made if it is missing.
     *
     * @throws AeronWireException if it is there but not a folder of ours that is closed to others
     */
    static Folder open(Path path) {
        try {
            return new Folder(PrivateDirectory.create(path).toAbsolutePath().normalize());
        } catch (UnsafeBindingException | UncheckedIOException e) {
            throw new AeronWireException("the folder of media drivers: " + e.getMessage(), e);
        }
    }

    Path driver() {
        return path.resolve("driver");
    }

    Path driverLock() {
        return path.resolve("driver.lock");
    }

    Path driverLog() {
        return path.resolve("driver.log");
    }

    /** Runs {@code action} while no other process makes or deletes what is held in the folder. */
    <T> T locked(Supplier<T> action) {
        synchronized (THIS_JVM) {
            try (FileChannel channel =
                            FileChannel.open(
                                    path.resolve("folder.lock"), CREATE, WRITE, NOFOLLOW_LINKS);
                    FileLock _ = channel.lock()) {
                return action.get();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot lock the drivers' folder " + path, e);
            }
        }
    }

    /** Deletes a held file and lets go of it. */
    void release(HeldFile file) {
        try {
            locked(
                    () -> {
                        file.delete();
                        return null;
                    });
        } catch (UncheckedIOException _) {
            file.delete(); // The folder is gone.
        }
    }

    /**
     * Deletes what processes left that are gone: their entries on the shared driver, and the files
     * of their own drivers. Call under {@link #locked}.
     */
    void sweep() {
        try (Stream<Path> entries = Files.list(path)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                boolean own = name.startsWith("own-") && name.endsWith(".lock");
                boolean registered = name.startsWith(AT) || name.startsWith(BOUND);
                if ((own || registered) && !HeldFile.isHeld(entry)) {
                    if (own) {
                        delete(path.resolve(name.substring(0, name.length() - ".lock".length())));
                    }
                    Files.deleteIfExists(entry);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look through the drivers' folder " + path, e);
        }
    }

    static void delete(Path directory) {
        IoUtil.delete(directory.toFile(), true);
    }
}
