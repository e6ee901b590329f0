package io.tharsis.engine.npy;

import static io.tharsis.engine.npy.ZipFormat.*;

import io.tharsis.DType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Writes a {@code .npz} archive of stored arrays, as {@code numpy.savez} does, with zip64 where it
 * is needed. The sizes of arrays are known beforehand, so each gets its place when it is added and
 * several can be written at once. The archive appears under its name only with {@link #commit};
 * {@link #close} without it leaves nothing behind.
 *
 * <p><b>Any thread may add and write arrays.</b> Whoever made the writer commits and closes it,
 * after all arrays were committed.
 */
public final class NpzWriter implements AutoCloseable {
    private static final int READ_BACK_BYTES = 1 << 20;
    private static final short VERSION_PLAIN = 20;
    private static final short VERSION_ZIP64 = 45;

    /** 1 January 1980, midnight, as NumPy writes: the same arrays give the same bytes. */
    private static final short DOS_DATE = 0x21;

    private final PendingFile file;
    private final long zip64From;
    private final Set<String> names = new HashSet<>();
    private final List<Member> committed = new ArrayList<>();
    private long end;
    private int open;
    private boolean failed;
    private boolean finished;

    private record Member(byte[] name, long localOffset, long byteSize, int crc) {}

    private NpzWriter(PendingFile file, long zip64From) {
        this.file = file;
        this.zip64From = zip64From;
    }

    /**
     * Starts an archive without arrays.
     *
     * @param target replaced at commit if it exists
     * @throws StorageException if the file cannot be made
     */
    public static NpzWriter create(Path target) {
        return create(target, MAX_32, PendingFile::openFile);
    }

    /** With another limit than that of 32-bit fields, so that tests need no files of 4 GiB. */
    static NpzWriter create(Path target, long zip64From, PendingFile.Opener opener) {
        return new NpzWriter(new PendingFile(target, 0, opener), zip64From);
    }

    /**
     * Adds an array. Its writer must be committed, with all elements written, before this archive
     * is; closing it without a commit makes the archive fail.
     *
     * @param name without {@code .npy}; not empty, at most 16,000 characters, not added before
     * @throws StorageException if the disk has too little space for the whole array
     */
    public synchronized NpyWriter add(String name, DType dtype, long... shape) {
        requireUnfinished();
        if (name.isEmpty() || name.length() > 16_000 || !names.add(name)) {
            throw new StorageException(
                    "cannot add '"
                            + name
                            + "' to "
                            + file.target()
                            + ": a name must not be empty, over 16,000 characters, or there"
                            + " already");
        }
        NpyHeader header = NpyHeader.forWriting(dtype, shape);
        byte[] entryName = (name + ".npy").getBytes(StandardCharsets.UTF_8);
        long byteSize = Math.addExact(header.dataByteOffset(), header.dataByteSize());
        long localOffset = end;
        long start =
                localOffset + localHeader(new Member(entryName, localOffset, byteSize, 0)).length;
        file.grow(Math.addExact(start, byteSize) - localOffset);
        end = start + byteSize;
        open++;
        NpyWriter writer =
                new NpyWriter(
                        file,
                        start,
                        header,
                        () -> finishMember(entryName, localOffset, start, byteSize),
                        this::abandonMember);
        try {
            writer.writeHeader();
        } catch (RuntimeException failure) {
            writer.close();
            throw failure;
        }
        return writer;
    }

    /**
     * Makes the archive appear under its name.
     *
     * @throws StorageException if an array is not committed, or the file cannot be completed;
     *     nothing is left behind then
     */
    public synchronized void commit() {
        requireUnfinished();
        if (failed || open > 0) {
            close();
            throw new StorageException(
                    "cannot finish "
                            + file.target()
                            + ": "
                            + (failed
                                    ? "an array in it was abandoned"
                                    : open + " of its arrays are not committed yet"));
        }
        try {
            byte[] directory = directory();
            file.write(ByteBuffer.wrap(directory), end);
            finished = true;
            file.commit(end + directory.length);
        } finally {
            file.close();
        }
    }

    /** Deletes what was written unless it was committed. Has no effect the second time. */
    @Override
    public synchronized void close() {
        finished = true;
        file.close();
    }

    /**
     * The checksum stands before the data but is known only after it, and pieces come in any order:
     * so read back, from the page cache.
     */
    private void finishMember(byte[] name, long localOffset, long start, long byteSize) {
        CRC32 crc = new CRC32();
        ByteBuffer piece = ByteBuffer.allocateDirect((int) Math.min(READ_BACK_BYTES, byteSize));
        for (long done = 0; done < byteSize; ) {
            piece.clear().limit((int) Math.min(piece.capacity(), byteSize - done));
            int count = file.read(piece, start + done);
            if (count < 0) {
                throw new StorageException(
                        "cannot finish " + file.target() + ": it was cut off while it was written");
            }
            crc.update(piece.flip());
            done += count;
        }
        Member member = new Member(name, localOffset, byteSize, (int) crc.getValue());
        file.write(ByteBuffer.wrap(localHeader(member)), localOffset);
        synchronized (this) {
            committed.add(member);
            open--;
        }
    }

    private synchronized void abandonMember() {
        failed = true;
        open--;
    }

    private void requireUnfinished() {
        if (finished) {
            throw new StorageException(
                    "cannot write "
                            + file.target()
                            + ": its writer was committed or closed before");
        }
    }

    private byte[] localHeader(Member member) {
        boolean wide = member.byteSize >= zip64From;
        ByteBuffer bytes = buffer(LOCAL_BYTES + member.name.length + (wide ? 20 : 0));
        bytes.putInt(LOCAL_SIGNATURE);
        putCommon(bytes, member, wide);
        bytes.putShort((short) member.name.length)
                .putShort((short) (wide ? 20 : 0))
                .put(member.name);
        if (wide) {
            bytes.putShort((short) EXTRA_ZIP64)
                    .putShort((short) 16)
                    .putLong(member.byteSize)
                    .putLong(member.byteSize);
        }
        return bytes.array();
    }

    private byte[] centralHeader(Member member) {
        boolean wide = member.byteSize >= zip64From || member.localOffset >= zip64From;
        ByteBuffer bytes = buffer(CENTRAL_BYTES + member.name.length + (wide ? 28 : 0));
        bytes.putInt(CENTRAL_SIGNATURE).putShort(wide ? VERSION_ZIP64 : VERSION_PLAIN);
        putCommon(bytes, member, wide);
        bytes.putShort((short) member.name.length).putShort((short) (wide ? 28 : 0));
        bytes.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0);
        bytes.putInt((int) (wide ? MAX_32 : member.localOffset)).put(member.name);
        if (wide) {
            bytes.putShort((short) EXTRA_ZIP64).putShort((short) 24);
            bytes.putLong(member.byteSize).putLong(member.byteSize).putLong(member.localOffset);
        }
        return bytes.array();
    }

    private static void putCommon(ByteBuffer bytes, Member member, boolean wide) {
        bytes.putShort(wide ? VERSION_ZIP64 : VERSION_PLAIN)
                .putShort((short) FLAG_UTF8)
                .putShort((short) STORED);
        bytes.putShort((short) 0).putShort(DOS_DATE).putInt(member.crc);
        int size = (int) (wide ? MAX_32 : member.byteSize);
        bytes.putInt(size).putInt(size);
    }

    private byte[] directory() {
        List<byte[]> headers =
                committed.stream()
                        .sorted(Comparator.comparingLong(Member::localOffset))
                        .map(this::centralHeader)
                        .toList();
        long size = headers.stream().mapToLong(header -> header.length).sum();
        boolean wide = committed.size() >= MAX_16 || end >= zip64From || size >= zip64From;
        ByteBuffer bytes =
                buffer(
                        Math.toIntExact(
                                size + END_BYTES + (wide ? END64_BYTES + LOCATOR_BYTES : 0)));
        headers.forEach(bytes::put);
        if (wide) {
            bytes.putInt(END64_SIGNATURE)
                    .putLong(END64_BYTES - 12)
                    .putShort(VERSION_ZIP64)
                    .putShort(VERSION_ZIP64);
            bytes.putInt(0)
                    .putInt(0)
                    .putLong(committed.size())
                    .putLong(committed.size())
                    .putLong(size)
                    .putLong(end);
            bytes.putInt(LOCATOR_SIGNATURE).putInt(0).putLong(end + size).putInt(1);
        }
        short count = (short) (wide ? MAX_16 : committed.size());
        bytes.putInt(END_SIGNATURE)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort(count)
                .putShort(count);
        bytes.putInt((int) (wide ? MAX_32 : size))
                .putInt((int) (wide ? MAX_32 : end))
                .putShort((short) 0);
        return bytes.array();
    }

    private static ByteBuffer buffer(int byteSize) {
        return ByteBuffer.allocate(byteSize).order(ByteOrder.LITTLE_ENDIAN);
    }
}
