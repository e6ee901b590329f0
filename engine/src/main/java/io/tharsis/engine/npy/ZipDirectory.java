package io.tharsis.engine.npy;

import static io.tharsis.engine.npy.ZipFormat.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The central directory of a zip archive, read by hand because the platform's {@code ZipFile} does
 * not tell where in the file an entry's bytes stand, which is what lets stored arrays be read in
 * place.
 */
final class ZipDirectory {
    private static final long MAX_DIRECTORY_BYTES = 64 << 20;

    private final ByteInput input;
    private final String source;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * @param crc CRC-32 of the unpacked bytes
     * @param packedByteSize bytes in the archive
     * @param byteSize unpacked bytes
     */
    record Entry(
            String name,
            int flags,
            int method,
            int crc,
            long packedByteSize,
            long byteSize,
            long localOffset) {
        boolean isStored() {
            return method == STORED;
        }
    }

    private record Location(long entryCount, long byteOffset, long byteSize) {}

    static ZipDirectory read(ByteInput input, String source) throws IOException {
        ZipDirectory directory = new ZipDirectory(input, source);
        try {
            directory.readEntries(directory.locate());
        } catch (IndexOutOfBoundsException cutOff) {
            throw new NpyFormatException(
                    source, "damaged zip archive: its directory is cut off", cutOff);
        }
        return directory;
    }

    private ZipDirectory(ByteInput input, String source) {
        this.input = input;
        this.source = source;
    }

    /** By name, in the order of the directory. */
    Map<String, Entry> entries() {
        return entries;
    }

    /**
     * The position of the first byte of an entry's packed data, checked to lie within the file with
     * all that follow.
     */
    long dataOffset(Entry entry) throws IOException {
        long fileSize = input.size();
        ByteBuffer local =
                bytes(
                        entry.localOffset(),
                        LOCAL_BYTES,
                        "the local header of '" + entry.name() + "'");
        if (local.getInt(0) != LOCAL_SIGNATURE) {
            throw damaged("no local header where the directory says '" + entry.name() + "' begins");
        }
        long offset =
                entry.localOffset()
                        + LOCAL_BYTES
                        + unsigned16(local, LOCAL_NAME_LENGTH)
                        + unsigned16(local, LOCAL_EXTRA_LENGTH);
        if (entry.packedByteSize() > fileSize - offset) {
            throw damaged(
                    "'"
                            + entry.name()
                            + "' needs "
                            + entry.packedByteSize()
                            + " bytes from byte "
                            + offset
                            + " on, but the file has only "
                            + fileSize);
        }
        return offset;
    }

    private Location locate() throws IOException {
        long fileSize = input.size();
        int tailSize = (int) Math.min(fileSize, END_BYTES + MAX_16);
        ByteBuffer tail = bytes(fileSize - tailSize, tailSize, "the end of the archive");
        for (int at = tailSize - END_BYTES; at >= 0; at--) {
            if (tail.getInt(at) == END_SIGNATURE
                    && at + END_BYTES + unsigned16(tail, at + END_COMMENT_LENGTH) == tailSize) {
                return location(tail, at, fileSize - tailSize + at);
            }
        }
        throw new NpyFormatException(
                source, "is no zip archive, or is cut off: it has no end-of-directory record");
    }

    private Location location(ByteBuffer tail, int at, long endOffset) throws IOException {
        Location location =
                new Location(
                        unsigned16(tail, at + END_ENTRY_COUNT),
                        unsigned32(tail, at + END_CENTRAL_OFFSET),
                        unsigned32(tail, at + END_CENTRAL_SIZE));
        boolean overflows =
                location.entryCount == MAX_16
                        || location.byteOffset == MAX_32
                        || location.byteSize == MAX_32;
        if (overflows && endOffset >= LOCATOR_BYTES) {
            ByteBuffer locator =
                    bytes(endOffset - LOCATOR_BYTES, LOCATOR_BYTES, "the zip64 locator");
            if (locator.getInt(0) == LOCATOR_SIGNATURE) {
                location = location64(locator.getLong(LOCATOR_END64_OFFSET));
            }
        }
        if (location.byteSize < 0 || location.byteSize > MAX_DIRECTORY_BYTES) {
            throw damaged(
                    "its directory claims "
                            + location.byteSize
                            + " bytes; at most "
                            + MAX_DIRECTORY_BYTES
                            + " are read");
        }
        return location;
    }

    private Location location64(long offset) throws IOException {
        ByteBuffer end = bytes(offset, END64_BYTES, "the zip64 end-of-directory record");
        if (end.getInt(0) != END64_SIGNATURE) {
            throw damaged("no zip64 end-of-directory record at byte " + offset);
        }
        return new Location(
                end.getLong(END64_ENTRY_COUNT),
                end.getLong(END64_CENTRAL_OFFSET),
                end.getLong(END64_CENTRAL_SIZE));
    }

    private void readEntries(Location location) throws IOException {
        ByteBuffer directory = bytes(location.byteOffset, location.byteSize, "the directory");
        int at = 0;
        for (long i = 0; i < location.entryCount; i++) {
            if (directory.getInt(at) != CENTRAL_SIGNATURE) {
                throw damaged("entry " + i + " of its directory has no signature");
            }
            int nameLength = unsigned16(directory, at + CENTRAL_NAME_LENGTH);
            int extraLength = unsigned16(directory, at + CENTRAL_EXTRA_LENGTH);
            Entry entry = entry(directory, at, nameLength, extraLength);
            if (entries.putIfAbsent(entry.name(), entry) != null) {
                throw damaged("two entries are called '" + entry.name() + "'");
            }
            at +=
                    CENTRAL_BYTES
                            + nameLength
                            + extraLength
                            + unsigned16(directory, at + CENTRAL_COMMENT_LENGTH);
        }
    }

    private Entry entry(ByteBuffer directory, int at, int nameLength, int extraLength) {
        int flags = unsigned16(directory, at + CENTRAL_FLAGS);
        byte[] nameBytes = new byte[nameLength];
        directory.get(at + CENTRAL_BYTES, nameBytes);
        String name = new String(nameBytes, charset(flags));
        long[] sizeAndPackedAndOffset = {
            unsigned32(directory, at + CENTRAL_SIZE),
            unsigned32(directory, at + CENTRAL_PACKED_SIZE),
            unsigned32(directory, at + CENTRAL_LOCAL_OFFSET)
        };
        widen(
                sizeAndPackedAndOffset,
                directory
                        .slice(at + CENTRAL_BYTES + nameLength, extraLength)
                        .order(ByteOrder.LITTLE_ENDIAN));
        for (long number : sizeAndPackedAndOffset) {
            if (number < 0) {
                throw damaged("'" + name + "' has a size or position over 2**63 - 1");
            }
        }
        int method = unsigned16(directory, at + CENTRAL_METHOD);
        int crc = directory.getInt(at + CENTRAL_CRC);
        return new Entry(
                name,
                flags,
                method,
                crc,
                sizeAndPackedAndOffset[1],
                sizeAndPackedAndOffset[0],
                sizeAndPackedAndOffset[2]);
    }

    /** Replaces each number of all ones by the next one in the zip64 extra field. */
    private void widen(long[] numbers, ByteBuffer extra) {
        while (extra.remaining() >= 4) {
            int id = Short.toUnsignedInt(extra.getShort());
            int length = Short.toUnsignedInt(extra.getShort());
            if (length > extra.remaining()) {
                throw damaged("an extra field is longer than its entry");
            }
            if (id == EXTRA_ZIP64) {
                int end = extra.position() + length;
                for (int i = 0; i < numbers.length; i++) {
                    if (numbers[i] == MAX_32 && end - extra.position() >= Long.BYTES) {
                        numbers[i] = extra.getLong();
                    }
                }
                return;
            }
            extra.position(extra.position() + length);
        }
    }

    private static Charset charset(int flags) {
        if ((flags & FLAG_UTF8) != 0) {
            return StandardCharsets.UTF_8;
        }
        return Charset.isSupported("IBM437")
                ? Charset.forName("IBM437")
                : StandardCharsets.ISO_8859_1;
    }

    private ByteBuffer bytes(long offset, long count, String what) throws IOException {
        if (offset < 0 || count > input.size() - offset) {
            throw damaged(
                    what
                            + " would reach from byte "
                            + offset
                            + " over "
                            + count
                            + " bytes, but the file has only "
                            + input.size());
        }
        return ByteBuffer.wrap(input.readFully(offset, (int) count)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int unsigned16(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    private static long unsigned32(ByteBuffer bytes, int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
    }

    private NpyFormatException damaged(String problem) {
        return new NpyFormatException(source, "damaged zip archive: " + problem);
    }
}
