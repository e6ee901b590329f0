package io.tharsis.engine.spill;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Folders that a process owns for as long as it lives. Each has a file that its owner has locked;
 * the system ends the lock with the process, however that ends, so a folder whose file can be
 * locked is an orphan. All methods are thread-safe.
 */
final class SpillFolder {
    private static final String PREFIX = "session-";
    private static final String LOCK = "owner.lock";

    /** Folders of this process that are not removed yet. */
    private static final Set<SpillFolder> OWN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    static {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> OWN.forEach(SpillFolder::remove), "tharsis-spill-cleaner"));
    }

    private SpillFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Makes a folder of its own below {@code parent}, which is made too if it is not there. Other
     * users may not look inside.
     */
    static SpillFolder create(Path parent) throws IOException {
        createPrivate(parent);
        String name = UUID.randomUUID().toString();
        // locked before it has a name that sweepers look at
        Path made = parent.resolve("new-" + name);
        createPrivate(made);
        FileChannel channel =
                FileChannel.open(
                        made.resolve(LOCK),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE);
        Path path = parent.resolve(PREFIX + name);
        try {
            channel.lock();
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            channel.close();
            removeTree(made);
            throw failure;
        }
        var folder = new SpillFolder(path, channel);
        OWN.add(folder);
        return folder;
    }

    private static void createPrivate(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(folder);
        }
    }

    Path path() {
        return path;
    }

    /** Deletes the folder and all that is in it, as far as the system lets it. */
    void remove() {
        if (OWN.remove(this)) {
            removeTree(path);
            try {
                channel.close();
            } catch (IOException nothingLeftToDo) {
                // the lock ends with the process at the latest
            }
        }
    }

    /** Removes the folders below {@code parent} whose owners are gone; answers how many. */
    static int sweep(Path parent) {
        int swept = 0;
        if (!Files.isDirectory(parent)) {
            return swept;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path folder : folders) {
                swept += isOrphan(folder) ? 1 : 0;
            }
        } catch (IOException unreadable) {
            // somebody else's, or gone; spilling itself will say so
        }
        return swept;
    }

    /** True if {@code folder} had no owner; it is removed then. */
    private static boolean isOrphan(Path folder) {
        try (FileChannel channel =
                        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                return false;
            }
            removeTree(folder);
            return true;
        } catch (OverlappingFileLockException ownedByThisProcess) {
            return false;
        } catch (IOException notOurs) {
            return false;
        }
    }

    private static void removeTree(Path root) {
        try {
            Files.walkFileTree(
                    root,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            Files.deleteIfExists(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException gone) {
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(Path folder, IOException failure)
                                throws IOException {
                            Files.deleteIfExists(folder);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException left) {
            // swept by the next session
        }
    }
}
