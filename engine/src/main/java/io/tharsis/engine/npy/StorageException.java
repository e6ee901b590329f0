package io.tharsis.engine.npy;

import io.tharsis.TharsisException;
import io.tharsis.engine.memory.ByteCounts;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file could not be opened, read or written: it is missing, not allowed, or the disk is full. */
public final class StorageException extends TharsisException {
    private static final long serialVersionUID = 1L;

    StorageException(String message) {
        super(message);
    }

    StorageException(String message, IOException cause) {
        super(message, cause);
    }

    static StorageException reading(Object file, IOException cause) {
        return new StorageException("cannot read " + file + ": " + reason(cause), cause);
    }

    static StorageException writing(Path file, long bytesNeeded, IOException cause) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            return new StorageException(
                    "cannot write "
                            + file
                            + ": there is no folder "
                            + folder
                            + "; make it first, or write elsewhere",
                    cause);
        }
        return new StorageException(
                "cannot write " + file + ": " + reason(cause) + "; " + space(file, bytesNeeded),
                cause);
    }

    static StorageException tooLittleSpace(Path file, long bytesNeeded) {
        return new StorageException(
                "cannot write "
                        + file
                        + ": the disk has too little space; "
                        + space(file, bytesNeeded)
                        + "; free some or write elsewhere");
    }

    /** The usable bytes where the file would stand; -1 where the system does not tell. */
    static long freeBytes(Path file) {
        try {
            return Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace();
        } catch (IOException unknown) {
            return -1;
        }
    }

    private static String space(Path file, long bytesNeeded) {
        long free = freeBytes(file);
        String there =
                free < 0 ? "an unknown number" : free + " bytes (" + ByteCounts.inWords(free) + ")";
        return bytesNeeded
                + " bytes ("
                + ByteCounts.inWords(bytesNeeded)
                + ") are needed and "
                + there
                + " are free";
    }

    private static String reason(IOException cause) {
        return switch (cause) {
            case NoSuchFileException missing -> "no such file or folder: " + missing.getFile();
            case AccessDeniedException denied -> "permission denied: " + denied.getFile();
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default ->
                    cause.getMessage() == null
                            ? cause.getClass().getSimpleName()
                            : cause.getMessage();
        };
    }
}
