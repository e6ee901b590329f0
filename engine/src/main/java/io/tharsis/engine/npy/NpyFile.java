package io.tharsis.engine.npy;

import io.tharsis.DType;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * An open {@code .npy} file, or such a file inside an archive, whose elements are read on demand.
 *
 * <p><b>Any thread may read, several at once.</b> Whoever opened it closes it; files from {@link
 * NpzReader#array} are closed by their archive and need no close of their own. An interrupt of a
 * thread inside {@link #read} closes the file for all, as with any {@link FileChannel}: cancel
 * reads between calls.
 */
public final class NpyFile implements AutoCloseable {
    /**
     * Small enough to be swapped or normalised while still in the cache, large enough to make the
     * calls cheap.
     */
    private static final long PIECE_BYTES = 1 << 20;

    private final String source;
    private final FileChannel channel;
    private final ByteInput input;
    private final long start;
    private final boolean owned;
    private final NpyHeader header;

    private NpyFile(String source, FileChannel channel, long start, long byteSize, boolean owned)
            throws IOException {
        this.source = source;
        this.channel = channel;
        this.input = ByteInput.of(channel);
        this.start = start;
        this.owned = owned;
        this.header = NpyHeader.read(input, start, byteSize, source);
    }

    /**
     * Opens a file and checks its header and length.
     *
     * @throws StorageException if it cannot be opened or read
     * @throws NpyFormatException if it is no {@code .npy} file that Tharsis reads
     */
    public static NpyFile open(Path path) {
        if (Files.isDirectory(path)) {
            throw new StorageException("cannot read " + path + ": it is a folder, not a .npy file");
        }
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            try {
                return new NpyFile(path.toString(), channel, 0, channel.size(), true);
            } catch (IOException | RuntimeException failure) {
                channel.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw StorageException.reading(path, failure);
        }
    }

    /** A file inside another, from {@code start} on; the channel stays its owner's. */
    static NpyFile within(String source, FileChannel channel, long start, long byteSize)
            throws IOException {
        return new NpyFile(source, channel, start, byteSize, false);
    }

    public NpyHeader header() {
        return header;
    }

    /**
     * Copies elements in the order in which they stand in the file (see {@link
     * NpyHeader#fortranOrder}), in native byte order, booleans as 0 or 1.
     *
     * @param elementOffset index in the file of the first element
     * @param count how many elements
     * @param target the caller's, native or on the heap, of any alignment; must stay valid for the
     *     duration of the call
     * @param targetByteOffset where in the target the first element goes
     * @throws IndexOutOfBoundsException if the file or the target has fewer elements
     * @throws NpyFormatException if the file has been cut off since it was opened
     * @throws StorageException if it cannot be read or is closed
     */
    public void read(long elementOffset, long count, MemorySegment target, long targetByteOffset) {
        Objects.checkFromIndexSize(elementOffset, count, header.elementCount());
        int elementByteSize = header.dtype().byteSize();
        MemorySegment bytes = target.asSlice(targetByteOffset, count * elementByteSize);
        long filePosition = start + header.dataByteOffset() + elementOffset * elementByteSize;
        try {
            if (target.isNative()) {
                readNative(bytes, filePosition);
            } else {
                readHeap(bytes, filePosition);
            }
        } catch (EOFException cutOff) {
            throw new NpyFormatException(
                    source,
                    "the file was cut off while it was read: " + cutOff.getMessage(),
                    cutOff);
        } catch (ClosedByInterruptException interrupted) {
            throw new StorageException(
                    "cannot read " + source + ": the reading thread was interrupted", interrupted);
        } catch (ClosedChannelException closed) {
            throw new StorageException("cannot read " + source + ": it is closed", closed);
        } catch (IOException failure) {
            throw StorageException.reading(source, failure);
        }
    }

    private void readNative(MemorySegment bytes, long filePosition) throws IOException {
        for (long done = 0; done < bytes.byteSize(); done += PIECE_BYTES) {
            MemorySegment piece =
                    bytes.asSlice(done, Math.min(PIECE_BYTES, bytes.byteSize() - done));
            input.readFully(piece.asByteBuffer(), filePosition + done);
            if (ElementBytes.mustSwap(header)) {
                ElementBytes.swap(piece, header.dtype().byteSize());
            } else if (header.dtype() == DType.BOOL) {
                ElementBytes.normaliseBooleans(piece);
            }
        }
    }

    /**
     * A heap segment of doubles has no byte buffer, and a channel would copy through memory of its
     * own anyway.
     */
    private void readHeap(MemorySegment bytes, long filePosition) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy =
                    arena.allocate(Math.min(PIECE_BYTES, bytes.byteSize()), Long.BYTES);
            for (long done = 0; done < bytes.byteSize(); done += PIECE_BYTES) {
                long count = Math.min(PIECE_BYTES, bytes.byteSize() - done);
                readNative(copy.asSlice(0, count), filePosition + done);
                MemorySegment.copy(copy, 0, bytes, done, count);
            }
        }
    }

    /** Closes the file unless it stands in an archive. Has no effect the second time. */
    @Override
    public void close() {
        if (!owned) {
            return;
        }
        try {
            channel.close();
        } catch (IOException failure) {
            throw StorageException.reading(source, failure);
        }
    }

    @Override
    public String toString() {
        return source + " " + header;
    }
}
