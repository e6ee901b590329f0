package io.tharsis.transport.log.cluster;

import org.agrona.CloseHelper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The right to a member's directory, held by one process at a time and given up by the operating
 * system when that dies. Aeron's own mark files only tell that somebody was alive some seconds ago,
 * which keeps a member from coming back at once after a kill; whoever holds the claim knows that
 * they are stale and removes them.
 */
final class Claim implements AutoCloseable {
    private static final String LOCK = "member.lock";

    private final FileChannel channel;

    private Claim(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @throws IllegalStateException if another member, here or in another process, has it
     */
    static Claim on(Path directory) {
        FileChannel channel = null;
        try {
            Files.createDirectories(directory);
            channel =
                    FileChannel.open(
                            directory.resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                CloseHelper.quietClose(channel);
                throw new IllegalStateException(
                        "another member of a replicated log uses " + directory);
            }
            return new Claim(channel);
        } catch (IOException e) {
            CloseHelper.quietClose(channel);
            throw new UncheckedIOException(e);
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** Removes what a member that is gone left as signs of its life. */
    static void removeMarks(Path archive, Path cluster) {
        try {
            for (Path mark :
                    List.of(
                            archive.resolve("archive-mark.dat"),
                            cluster.resolve("cluster-mark.dat"),
                            cluster.resolve("cluster-mark-service-0.dat"))) {
                Files.deleteIfExists(mark);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        CloseHelper.quietClose(channel);
    }
}
