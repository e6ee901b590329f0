package io.tharsis.engine.spill;

import io.tharsis.engine.memory.MemoryBudget;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;

/**
 * Where a session spills to: a folder of its own on each of several disks, made with the first
 * chunk and removed by {@link #close}. Chunks go to the folders in turn, and to the next one where
 * one fails. A chunk is written under another name and renamed when it is whole.
 *
 * <p>Blocks are packed with LZ4 if a sample of the chunk shrinks to half. The buffers for that are
 * reserved in the budget for as long as the space is open; where there is no room for them nothing
 * is packed. LZ4's library is loaded when the first chunk is written.
 *
 * <p><b>Any thread may call any method, but not one that may be interrupted</b>: an interrupt
 * closes the file under way.
 */
public final class SpillSpace implements AutoCloseable {
    private static final int LARGEST_BLOCK = 1 << 20;
    private static final int SMALLEST_BLOCK = 1 << 14;

    /** All buffers together are at most this part of the budget. */
    private static final long BUFFER_DIVISOR = 64;

    private final List<Path> parents;
    private final Opener opener;
    private final SpillFolder[] folders;
    private final MemoryBudget budget;
    private final int blockSize;
    private final int bufferSize;
    private final int bufferCount;
    private final BlockingQueue<MemorySegment> buffers;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger nextFolder = new AtomicInteger();
    private final AtomicLong storedBytes = new AtomicLong();
    private Arena arena;
    private boolean closed;

    /** Opens a file that must not exist yet; a seam for tests. */
    @FunctionalInterface
    interface Opener {
        WritableByteChannel open(Path path) throws IOException;
    }

    /**
     * @param parents folders, made if they are not there, in which this space makes one of its own
     * @param budget what the buffers are reserved in
     * @param threads how many will read and write at the same time
     */
    public SpillSpace(List<Path> parents, MemoryBudget budget, int threads) {
        this(
                parents,
                budget,
                threads,
                path ->
                        FileChannel.open(
                                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    SpillSpace(List<Path> parents, MemoryBudget budget, int threads, Opener opener) {
        this.opener = opener;
        this.parents = List.copyOf(parents);
        this.folders = new SpillFolder[parents.size()];
        this.budget = budget;
        long fair = Long.highestOneBit(Math.max(1, budget.capacity() / BUFFER_DIVISOR / threads));
        this.blockSize = Math.clamp(fair / 2, SMALLEST_BLOCK, LARGEST_BLOCK);
        boolean packs = fair >= SMALLEST_BLOCK;
        this.bufferSize = packs ? (BlockCodec.lz4Bound(blockSize) + 63) & -64 : 0;
        packs &= budget.tryReserve((long) bufferSize * threads);
        this.bufferCount = packs ? threads : 0;
        this.buffers = packs ? new ArrayBlockingQueue<>(threads) : null;
        this.parents.forEach(SpillFolder::sweep);
    }

    /**
     * A folder of this user's for temporary files, on a disk if there is one: in {@code
     * java.io.tmpdir}, or in {@code /var/tmp} where that is kept in memory.
     */
    public static Path defaultFolder() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Path other = Path.of("/var/tmp");
        Path chosen = isInMemory(temporary) && Files.isWritable(other) ? other : temporary;
        return chosen.resolve("tharsis-spill-" + System.getProperty("user.name"));
    }

    private static boolean isInMemory(Path folder) {
        try {
            return Files.getFileStore(folder).type().equals("tmpfs");
        } catch (IOException unknown) {
            return false;
        }
    }

    /** Bytes of all files now. */
    public long storedBytes() {
        return storedBytes.get();
    }

    /** Bytes of the budget that this space holds for its buffers. */
    public long reservedBytes() {
        return (long) bufferSize * bufferCount;
    }

    /**
     * Writes all of {@code bytes}.
     *
     * @param bytes native; the caller's, must not change during the call
     * @throws SpillException if it fails in every folder; nothing is left behind then
     */
    public SpillFile write(MemorySegment bytes) {
        SpillException last = null;
        int first = Math.floorMod(nextFolder.getAndIncrement(), folders.length);
        for (int i = 0; i < folders.length; i++) {
            int at = (first + i) % folders.length;
            Path tried = parents.get(at);
            try {
                Path folder = folder(at);
                tried = folder.resolve(numbers.getAndIncrement() + ".chunk");
                return write(bytes, tried);
            } catch (IOException | RuntimeException failure) {
                SpillException refused = SpillException.writing(tried, bytes.byteSize(), failure);
                if (last != null) {
                    refused.addSuppressed(last);
                }
                last = refused;
            }
        }
        throw last;
    }

    private synchronized Path folder(int at) throws IOException {
        if (closed) {
            throw new IOException("the session is closed");
        }
        if (folders[at] != null && Files.notExists(folders[at].path(), LinkOption.NOFOLLOW_LINKS)) {
            // somebody cleaned up: what was in it is lost, but there is room for more
            folders[at].remove();
            folders[at] = null;
        }
        if (folders[at] == null) {
            folders[at] = SpillFolder.create(parents.get(at));
        }
        return folders[at].path();
    }

    private SpillFile write(MemorySegment bytes, Path path) throws IOException {
        Path aside = path.resolveSibling(path.getFileName() + ".new");
        int blocks = Math.toIntExact(Math.ceilDiv(bytes.byteSize(), blockSize));
        int[] lengths = new int[blocks];
        int[] checksums = new int[blocks];
        MemorySegment buffer = takeBuffer();
        try {
            try (WritableByteChannel channel = opener.open(aside)) {
                boolean packs = buffer != null && isWorthPacking(bytes, buffer);
                for (int block = 0; block < blocks; block++) {
                    MemorySegment plain = block(bytes, block);
                    MemorySegment stored = packs ? packed(plain, buffer) : plain;
                    lengths[block] = (int) stored.byteSize();
                    checksums[block] = checksum(stored);
                    ByteBuffer left = stored.asByteBuffer();
                    while (left.hasRemaining()) {
                        channel.write(left);
                    }
                }
            }
            Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException failure) {
            Files.deleteIfExists(aside);
            throw failure;
        } finally {
            giveBuffer(buffer);
        }
        var file = new SpillFile(path, bytes.byteSize(), lengths, checksums);
        storedBytes.addAndGet(file.storedBytes());
        return file;
    }

    private MemorySegment block(MemorySegment bytes, int block) {
        long from = (long) block * blockSize;
        return bytes.asSlice(from, Math.min(blockSize, bytes.byteSize() - from));
    }

    /** One block from the middle tells for all. */
    private boolean isWorthPacking(MemorySegment bytes, MemorySegment buffer) {
        int blocks = (int) Math.ceilDiv(bytes.byteSize(), blockSize);
        if (blocks == 0) {
            return false;
        }
        MemorySegment sample = block(bytes, blocks / 2);
        sample = sample.asSlice(0, Math.min(SMALLEST_BLOCK, sample.byteSize()));
        return BlockCodec.lz4().pack(sample, buffer) <= sample.byteSize() / 2;
    }

    private static MemorySegment packed(MemorySegment plain, MemorySegment buffer) {
        int length = BlockCodec.lz4().pack(plain, buffer);
        return length < plain.byteSize() ? buffer.asSlice(0, length) : plain;
    }

    /**
     * Reads a chunk back.
     *
     * @param target native memory of exactly its size; the caller's
     * @throws SpillException if the file is gone, shorter, or not what was written
     */
    public void read(SpillFile file, MemorySegment target) {
        MemorySegment buffer = null;
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            int blocks = Math.toIntExact(Math.ceilDiv(file.byteSize(), blockSize));
            long position = 0;
            for (int block = 0; block < blocks; block++) {
                MemorySegment plain = block(target, block);
                int length = file.length(block);
                boolean packed = length < plain.byteSize();
                if (packed && buffer == null) {
                    buffer = takeBuffer();
                }
                MemorySegment stored = packed ? buffer.asSlice(0, length) : plain;
                readFully(channel, stored.asByteBuffer(), position);
                if (checksum(stored) != file.checksum(block)) {
                    throw new IOException(
                            "the checksum of bytes "
                                    + position
                                    + " to "
                                    + (position + length - 1)
                                    + " is wrong");
                }
                if (packed) {
                    BlockCodec.lz4().unpack(stored, plain);
                }
                position += length;
            }
        } catch (IOException | RuntimeException failure) {
            throw SpillException.reading(
                    file.path(), file.byteSize(), SpillException.reason(failure), failure);
        } finally {
            giveBuffer(buffer);
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer target, long position)
            throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int count = channel.read(target, at);
            if (count < 0) {
                throw new EOFException("the file ends at byte " + at);
            }
            at += count;
        }
    }

    private static int checksum(MemorySegment bytes) {
        var crc = new CRC32C();
        crc.update(bytes.asByteBuffer());
        return (int) crc.getValue();
    }

    /** Deletes the file of a chunk that nobody needs any more. */
    public void delete(SpillFile file) {
        storedBytes.addAndGet(-file.storedBytes());
        try {
            Files.deleteIfExists(file.path());
        } catch (IOException left) {
            // goes with its folder
        }
    }

    /** Null if nothing is packed here. */
    private MemorySegment takeBuffer() throws IOException {
        if (bufferCount == 0 || BlockCodec.lz4() == null) {
            return null;
        }
        synchronized (this) {
            if (arena == null && !closed) {
                arena = Arena.ofShared();
                for (int i = 0; i < bufferCount; i++) {
                    buffers.add(arena.allocate(bufferSize, 64));
                }
            }
        }
        try {
            return buffers.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a buffer");
        }
    }

    private void giveBuffer(MemorySegment buffer) {
        if (buffer != null) {
            buffers.add(buffer);
        }
    }

    /** Removes the folders. Nothing may be under way. Has no effect the second time. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (SpillFolder folder : folders) {
            if (folder != null) {
                folder.remove();
            }
        }
        if (arena != null) {
            arena.close();
        }
        budget.release(reservedBytes());
    }
}
