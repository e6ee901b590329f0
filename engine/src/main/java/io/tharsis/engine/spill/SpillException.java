package io.tharsis.engine.spill;

import io.tharsis.TharsisException;
import io.tharsis.engine.memory.ByteCounts;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** A chunk could not be moved to disk or back: the message names path, needed and free bytes. */
public final class SpillException extends TharsisException {
    private static final long serialVersionUID = 1L;

    private final transient Path path;
    private final long bytesNeeded;
    private final long bytesFree;

    private SpillException(String message, Path path, long needed, long free, Throwable cause) {
        super(message, cause);
        this.path = path;
        this.bytesNeeded = needed;
        this.bytesFree = free;
    }

    static SpillException writing(Path path, long bytesNeeded, Throwable cause) {
        long free = freeBytes(path);
        return new SpillException(
                "cannot spill "
                        + exact(bytesNeeded)
                        + " to "
                        + path
                        + ": "
                        + reason(cause)
                        + "; "
                        + (free < 0 ? "an unknown number of bytes" : exact(free))
                        + " are free there; free some, choose other folders with"
                        + " Session.local().spillTo(...), or give the session more memory",
                path,
                bytesNeeded,
                free,
                cause);
    }

    static SpillException reading(Path path, long bytesNeeded, String problem, Throwable cause) {
        long free = freeBytes(path);
        return new SpillException(
                "cannot load "
                        + exact(bytesNeeded)
                        + " back from "
                        + path
                        + ": "
                        + problem
                        + "; the chunk is lost, compute its tensor again",
                path,
                bytesNeeded,
                free,
                cause);
    }

    /** The file or folder that failed. */
    public Path path() {
        return path;
    }

    /** Bytes of the chunk. */
    public long bytesNeeded() {
        return bytesNeeded;
    }

    /** Bytes that were free on that disk; -1 if the system does not tell. */
    public long bytesFree() {
        return bytesFree;
    }

    static String reason(Throwable cause) {
        return switch (cause) {
            case NoSuchFileException missing -> "no such file or folder: " + missing.getFile();
            case AccessDeniedException denied -> "permission denied: " + denied.getFile();
            case FileAlreadyExistsException file ->
                    "there is a file of that name: " + file.getFile();
            case NotDirectoryException file -> "not a folder: " + file.getFile();
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default ->
                    cause.getMessage() == null
                            ? cause.getClass().getSimpleName()
                            : cause.getMessage();
        };
    }

    /** The usable bytes of the disk that {@code path} is on, or would be; -1 if unknown. */
    static long freeBytes(Path path) {
        for (Path at = path.toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at)) {
                try {
                    return Files.getFileStore(at).getUsableSpace();
                } catch (IOException unknown) {
                    return -1;
                }
            }
        }
        return -1;
    }

    private static String exact(long bytes) {
        return bytes < 1024
                ? bytes + " bytes"
                : bytes + " bytes (" + ByteCounts.inWords(bytes) + ")";
    }
}
