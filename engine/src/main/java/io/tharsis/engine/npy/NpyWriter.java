package io.tharsis.engine.npy;

import io.tharsis.DType;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes one array, piece by piece and in any order: little-endian, C order, byte for byte as
 * {@code numpy.save} would. The file appears under its name only with {@link #commit}; {@link
 * #close} without it leaves nothing behind and an older file of that name as it was.
 *
 * <p><b>Any thread may write, several at once.</b> Whoever made the writer commits and closes it,
 * after the last write.
 */
public final class NpyWriter implements AutoCloseable {
    private final PendingFile file;
    private final long start;
    private final NpyHeader header;
    private final Runnable onCommit;
    private final Runnable onClose;
    private final AtomicLong elementsWritten = new AtomicLong();
    private volatile boolean ended;

    NpyWriter(PendingFile file, long start, NpyHeader header, Runnable onCommit, Runnable onClose) {
        this.file = file;
        this.start = start;
        this.header = header;
        this.onCommit = onCommit;
        this.onClose = onClose;
    }

    /**
     * Starts a file of an array.
     *
     * @param target replaced at commit if it exists
     * @throws StorageException if the file cannot be made or the disk has too little space for the
     *     whole array
     */
    public static NpyWriter create(Path target, DType dtype, long... shape) {
        return create(target, dtype, shape, PendingFile::openFile);
    }

    static NpyWriter create(Path target, DType dtype, long[] shape, PendingFile.Opener opener) {
        NpyHeader header = NpyHeader.forWriting(dtype, shape);
        long byteSize = Math.addExact(header.dataByteOffset(), header.dataByteSize());
        PendingFile file = new PendingFile(target, byteSize, opener);
        NpyWriter writer = new NpyWriter(file, 0, header, () -> file.commit(byteSize), file::close);
        try {
            writer.writeHeader();
        } catch (RuntimeException failure) {
            writer.close();
            throw failure;
        }
        return writer;
    }

    void writeHeader() {
        file.write(ByteBuffer.wrap(header.toBytes()), start);
    }

    public NpyHeader header() {
        return header;
    }

    /**
     * Writes elements.
     *
     * @param elementOffset index of the first element, in C order
     * @param source elements in native byte order; the caller's, native or on the heap, must stay
     *     valid for the duration of the call
     * @param sourceByteOffset where in the source the first element stands
     * @param count how many elements
     * @throws IndexOutOfBoundsException if the array or the source has fewer elements
     * @throws StorageException if the disk is full or fails; nothing can be committed then
     */
    public void write(long elementOffset, MemorySegment source, long sourceByteOffset, long count) {
        requireOpen();
        Objects.checkFromIndexSize(elementOffset, count, header.elementCount());
        int elementByteSize = header.dtype().byteSize();
        MemorySegment bytes = source.asSlice(sourceByteOffset, count * elementByteSize);
        if (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN && elementByteSize > 1) {
            bytes = swappedCopy(bytes, elementByteSize);
        }
        file.write(bytes, start + header.dataByteOffset() + elementOffset * elementByteSize);
        elementsWritten.addAndGet(count);
    }

    /**
     * Makes the array appear under its name, or, in an archive, makes it part of what the archive
     * will be.
     *
     * @throws StorageException if fewer elements were written than the shape has (every element
     *     must be written once), or the file cannot be renamed; nothing is left behind then
     */
    public void commit() {
        requireOpen();
        ended = true;
        if (elementsWritten.get() != header.elementCount()) {
            onClose.run();
            throw new StorageException(
                    "cannot finish "
                            + file.target()
                            + ": "
                            + elementsWritten.get()
                            + " of "
                            + header.elementCount()
                            + " elements were written; each must be written once");
        }
        onCommit.run();
    }

    /** Deletes what was written unless it was committed. Has no effect the second time. */
    @Override
    public void close() {
        if (!ended) {
            ended = true;
            onClose.run();
        }
    }

    private void requireOpen() {
        if (ended) {
            throw new StorageException(
                    "cannot write "
                            + file.target()
                            + ": its writer was committed or closed before");
        }
    }

    private static MemorySegment swappedCopy(MemorySegment bytes, int elementByteSize) {
        MemorySegment copy = MemorySegment.ofArray(new byte[Math.toIntExact(bytes.byteSize())]);
        copy.copyFrom(bytes);
        ElementBytes.swap(copy, elementByteSize);
        return copy;
    }
}
