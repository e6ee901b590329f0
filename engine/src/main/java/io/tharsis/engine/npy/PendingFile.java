package io.tharsis.engine.npy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file that takes its name only when it is complete: written as {@code .name.tmp-<unique>} beside
 * it, renamed by {@link #commit}, deleted by a {@link #close} without one. A link is followed;
 * anything else than a regular file is never replaced.
 *
 * <p><b>Any thread may write, several at once; one thread commits and closes.</b>
 */
final class PendingFile implements AutoCloseable {
    private static final long PIECE_BYTES = 1 << 20;

    private final Path target;
    private final Path temporary;
    private final Output output;
    private final AtomicLong bytesNeeded;
    private boolean finished;

    /** Where the bytes go; a seam for tests. */
    interface Output extends AutoCloseable {
        int write(ByteBuffer bytes, long position) throws IOException;

        int read(ByteBuffer bytes, long position) throws IOException;

        @Override
        void close() throws IOException;
    }

    /** Opens the temporary file, which must not exist yet. */
    interface Opener {
        Output open(Path temporary) throws IOException;
    }

    /**
     * @param bytesNeeded how large the file will be, as far as known: refused at once if the disk
     *     has less
     */
    PendingFile(Path name, long bytesNeeded, Opener opener) {
        this.bytesNeeded = new AtomicLong(bytesNeeded);
        try {
            this.target = Files.isSymbolicLink(name) ? name.toRealPath() : name.toAbsolutePath();
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                throw new StorageException(
                        "cannot write " + name + ": it exists and is not a regular file");
            }
            this.temporary =
                    target.resolveSibling("." + target.getFileName() + ".tmp-" + UUID.randomUUID());
            requireSpace(bytesNeeded);
            this.output = opener.open(temporary);
        } catch (IOException failure) {
            throw StorageException.writing(name, bytesNeeded, failure);
        }
    }

    static Output openFile(Path temporary) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.READ);
        return new Output() {
            @Override
            public int write(ByteBuffer bytes, long position) throws IOException {
                return channel.write(bytes, position);
            }

            @Override
            public int read(ByteBuffer bytes, long position) throws IOException {
                return channel.read(bytes, position);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    /** The final name, absolute. */
    Path target() {
        return target;
    }

    /**
     * Says that the file will be longer than known before: refused at once if the disk has less.
     */
    void grow(long byteCount) {
        requireSpace(byteCount);
        bytesNeeded.addAndGet(byteCount);
    }

    /** Some file systems tell 0 or nothing though they have space; then the writes will show. */
    private void requireSpace(long byteCount) {
        long free = StorageException.freeBytes(target);
        if (free > 0 && free < byteCount) {
            throw StorageException.tooLittleSpace(target, byteCount);
        }
    }

    void write(ByteBuffer bytes, long position) {
        long at = position;
        try {
            while (bytes.hasRemaining()) {
                at += output.write(bytes, at);
            }
        } catch (IOException failure) {
            throw StorageException.writing(target, bytesNeeded.get(), failure);
        }
    }

    /** Writes a native or heap segment. */
    void write(MemorySegment source, long position) {
        if (source.isNative()) {
            for (long done = 0; done < source.byteSize(); done += PIECE_BYTES) {
                long count = Math.min(PIECE_BYTES, source.byteSize() - done);
                write(source.asSlice(done, count).asByteBuffer(), position + done);
            }
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy =
                    arena.allocate(Math.min(PIECE_BYTES, source.byteSize()), Long.BYTES);
            for (long done = 0; done < source.byteSize(); done += PIECE_BYTES) {
                long count = Math.min(PIECE_BYTES, source.byteSize() - done);
                MemorySegment.copy(source, done, copy, 0, count);
                write(copy.asSlice(0, count).asByteBuffer(), position + done);
            }
        }
    }

    /** Some bytes of what was written, or -1 at its end. */
    int read(ByteBuffer bytes, long position) {
        try {
            return output.read(bytes, position);
        } catch (IOException failure) {
            throw StorageException.writing(target, bytesNeeded.get(), failure);
        }
    }

    /**
     * Renames the complete file, replacing a file of that name; deletes it if that fails or its
     * size is not {@code byteSize}.
     */
    void commit(long byteSize) {
        try {
            output.close();
            long written = Files.size(temporary);
            if (written != byteSize) {
                throw new StorageException(
                        "cannot finish "
                                + target
                                + ": it has "
                                + written
                                + " bytes, but must have "
                                + byteSize);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            finished = true;
        } catch (IOException failure) {
            throw StorageException.writing(target, bytesNeeded.get(), failure);
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        if (finished) {
            return;
        }
        finished = true;
        try {
            output.close();
        } catch (IOException ignored) {
            // What could not be flushed is deleted next.
        }
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException failure) {
            throw StorageException.writing(temporary, 0, failure);
        }
    }
}
