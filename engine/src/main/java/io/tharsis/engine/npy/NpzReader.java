package io.tharsis.engine.npy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * An open {@code .npz} archive. Arrays that were stored (by {@code numpy.savez}) are read in place;
 * deflated ones (by {@code savez_compressed}) are inflated to a temporary file when first asked for
 * and checked against their CRC. Zip64 is read, encryption is not. Members that are no {@code .npy}
 * files are passed over.
 *
 * <p><b>Any thread may call any method.</b> Whoever opened it closes it, and with it every array it
 * has handed out.
 */
public final class NpzReader implements AutoCloseable {
    private static final String SUFFIX = ".npy";
    private static final int PIECE_BYTES = 1 << 16;

    private final Path path;
    private final FileChannel channel;
    private final ZipDirectory directory;
    private final Map<String, NpyFile> arrays = new HashMap<>();
    private final List<FileChannel> inflated = new ArrayList<>();
    private boolean closed;

    private NpzReader(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.directory = ZipDirectory.read(ByteInput.of(channel), path.toString());
    }

    /**
     * Opens an archive and reads its directory.
     *
     * @throws StorageException if it cannot be opened or read
     * @throws NpyFormatException if it is no zip archive, or a damaged one
     */
    public static NpzReader open(Path path) {
        if (Files.isDirectory(path)) {
            throw new StorageException("cannot read " + path + ": it is a folder, not a .npz file");
        }
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            try {
                return new NpzReader(path, channel);
            } catch (IOException | RuntimeException failure) {
                channel.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw StorageException.reading(path, failure);
        }
    }

    /** Names of the arrays, without {@code .npy}, in the order of the archive. */
    public List<String> names() {
        return directory.entries().keySet().stream()
                .filter(name -> name.endsWith(SUFFIX))
                .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                .toList();
    }

    /**
     * An array, by its name without {@code .npy}; the same file each time, valid until the archive
     * is closed.
     *
     * @throws NpyFormatException if there is no such array, or its bytes are damaged or no {@code
     *     .npy} that Tharsis reads
     * @throws StorageException if it cannot be read, or inflated for want of disk space
     */
    public synchronized NpyFile array(String name) {
        if (closed) {
            throw new StorageException("cannot read " + path + ": it is closed");
        }
        NpyFile array = arrays.get(name);
        if (array == null) {
            array = openArray(name);
            arrays.put(name, array);
        }
        return array;
    }

    private NpyFile openArray(String name) {
        ZipDirectory.Entry entry = directory.entries().get(name + SUFFIX);
        String source = path + "[" + name + "]";
        if (entry == null) {
            throw new NpyFormatException(
                    path.toString(), "has no array '" + name + "'; it has " + names());
        }
        if ((entry.flags() & ZipFormat.FLAG_ENCRYPTED) != 0) {
            throw new NpyFormatException(source, "is encrypted, which is not supported");
        }
        try {
            long offset = directory.dataOffset(entry);
            return switch (entry.method()) {
                case ZipFormat.STORED -> stored(entry, offset, source);
                case ZipFormat.DEFLATED ->
                        NpyFile.within(source, inflate(entry, offset, source), 0, entry.byteSize());
                default ->
                        throw new NpyFormatException(
                                source,
                                "is packed with zip method "
                                        + entry.method()
                                        + "; supported are 0 (stored) and 8 (deflated)");
            };
        } catch (IOException failure) {
            throw StorageException.reading(source, failure);
        }
    }

    private NpyFile stored(ZipDirectory.Entry entry, long offset, String source)
            throws IOException {
        if (entry.byteSize() != entry.packedByteSize()) {
            throw new NpyFormatException(
                    source,
                    "damaged zip archive: a stored entry has "
                            + entry.packedByteSize()
                            + " bytes, but claims "
                            + entry.byteSize());
        }
        return NpyFile.within(source, channel, offset, entry.byteSize());
    }

    private FileChannel inflate(ZipDirectory.Entry entry, long offset, String source)
            throws IOException {
        FileChannel target =
                FileChannel.open(
                        Files.createTempFile("tharsis-", SUFFIX),
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE);
        try {
            inflate(entry, offset, source, target);
        } catch (IOException | RuntimeException failure) {
            target.close();
            throw failure;
        }
        inflated.add(target);
        return target;
    }

    private void inflate(ZipDirectory.Entry entry, long offset, String source, FileChannel target)
            throws IOException {
        CRC32 crc = new CRC32();
        ByteBuffer packed = ByteBuffer.allocate(PIECE_BYTES).limit(0);
        ByteBuffer plain = ByteBuffer.allocateDirect(PIECE_BYTES);
        long packedRead = 0;
        long plainWritten = 0;
        Inflater inflater = new Inflater(true);
        try {
            while (!inflater.finished()) {
                if (inflater.needsInput()) {
                    int count = (int) Math.min(PIECE_BYTES, entry.packedByteSize() - packedRead);
                    if (count == 0) {
                        throw damaged(source, "the packed data ends too early", null);
                    }
                    packed.clear().limit(count);
                    ByteInput.of(channel).readFully(packed, offset + packedRead);
                    packedRead += count;
                    inflater.setInput(packed.flip());
                }
                plain.clear();
                if (inflater.inflate(plain) == 0 && inflater.needsDictionary()) {
                    throw damaged(source, "the packed data asks for a dictionary", null);
                }
                plainWritten += plain.position();
                if (plainWritten > entry.byteSize()) {
                    throw damaged(
                            source,
                            "more than the promised " + entry.byteSize() + " bytes come out",
                            null);
                }
                crc.update(plain.flip());
                plain.rewind();
                while (plain.hasRemaining()) {
                    target.write(plain);
                }
            }
        } catch (DataFormatException malformed) {
            throw damaged(
                    source, "the packed data is not valid: " + malformed.getMessage(), malformed);
        } finally {
            inflater.end();
        }
        if (plainWritten != entry.byteSize() || (int) crc.getValue() != entry.crc()) {
            throw damaged(
                    source,
                    "size or checksum differ: "
                            + plainWritten
                            + " bytes with CRC "
                            + Long.toHexString(crc.getValue())
                            + " came out, "
                            + entry.byteSize()
                            + " bytes with CRC "
                            + Integer.toHexString(entry.crc())
                            + " were promised",
                    null);
        }
    }

    private static NpyFormatException damaged(
            String source, String problem, DataFormatException cause) {
        return new NpyFormatException(source, "damaged zip archive: " + problem, cause);
    }

    /**
     * Closes the archive and its arrays and deletes what was inflated. Has no effect the second
     * time.
     */
    @Override
    public synchronized void close() {
        closed = true;
        try {
            channel.close();
            for (FileChannel file : inflated) {
                file.close();
            }
        } catch (IOException failure) {
            throw StorageException.reading(path, failure);
        }
    }
}
