package io.tharsis.transport.bulk;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.tharsis.transport.link.FrameDescriptor;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

import java.nio.charset.StandardCharsets;

/**
 * The layout of what bulk sends, little-endian, after the header of the frame.
 *
 * <pre>
 *  REQUEST  type (8)  fetch (8)  offset (8)  version (8)  checksum (8)  key
 *  OPENED   type (8)  fetch (8)  length (8)  version (8)  checksum (8)
 *  REFUSED  type (8)  fetch (8)  text
 *  CANCEL   type (8)  fetch (8)
 *  DATA     type (8)  fetch (8)  offset (8)  checksum of the bytes (8)  bytes
 *  BROKEN   type (8)  fetch (8)  text
 * </pre>
 *
 * OPENED and DATA go by {@link io.tharsis.transport.wire.Lane#BULK}, the others with the messages.
 * BROKEN is of all fetches up to the one it names, the last that was asked for: the lane of their
 * data has ended, and what has not come will not. The version of a REQUEST for offset 0 counts
 * nothing. Offsets below are those inside the body.
 */
final class BulkDescriptor {
    static final int SERVICE = 7;

    static final long TYPE_REQUEST = 1;
    static final long TYPE_OPENED = 2;
    static final long TYPE_REFUSED = 3;
    static final long TYPE_CANCEL = 4;
    static final long TYPE_DATA = 5;
    static final long TYPE_BROKEN = 6;

    /** The longest key and the longest text, in bytes of UTF-8. */
    static final int MAX_TEXT = 1024;

    static final int FETCH_OFFSET = 8;
    static final int POSITION_OFFSET = 16;
    static final int LENGTH_OFFSET = 16;
    static final int TEXT_OFFSET = 16;
    static final int SUM_OFFSET = 24;
    static final int VERSION_OFFSET = 24;
    static final int CHECKSUM_OFFSET = 32;
    static final int SHORTEST = 16;
    static final int OPENED_LENGTH = 40;
    static final int DATA_OFFSET = 32;

    /** What comes before the bytes of a DATA frame, header of the frame included. */
    static final int DATA_HEAD = FrameDescriptor.HEADER_LENGTH + DATA_OFFSET;

    private BulkDescriptor() {}

    static long field(DirectBuffer buffer, int offset, int field) {
        return buffer.getLong(offset + field, LITTLE_ENDIAN);
    }

    static String text(DirectBuffer buffer, int offset, int length, int textOffset) {
        int bytes = length - textOffset;
        if (bytes < 0 || bytes > MAX_TEXT) {
            throw new IllegalArgumentException("a text of " + bytes + " bytes");
        }
        byte[] text = new byte[bytes];
        buffer.getBytes(offset + textOffset, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    static int request(
            MutableDirectBuffer buffer,
            long fetch,
            long position,
            long version,
            Checksum checksum,
            byte[] key) {
        put(buffer, TYPE_REQUEST, fetch, position, version, checksum.number);
        buffer.putBytes(OPENED_LENGTH, key);
        return OPENED_LENGTH + key.length;
    }

    static int opened(
            MutableDirectBuffer buffer, long fetch, long length, long version, Checksum checksum) {
        put(buffer, TYPE_OPENED, fetch, length, version, checksum.number);
        return OPENED_LENGTH;
    }

    static int refused(MutableDirectBuffer buffer, long fetch, String text) {
        return text(buffer, TYPE_REFUSED, fetch, text);
    }

    static int broken(MutableDirectBuffer buffer, long lastFetch, String text) {
        return text(buffer, TYPE_BROKEN, lastFetch, text);
    }

    private static int text(MutableDirectBuffer buffer, long type, long fetch, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(MAX_TEXT, bytes.length);
        put(buffer, type, fetch);
        buffer.putBytes(TEXT_OFFSET, bytes, 0, length);
        return TEXT_OFFSET + length;
    }

    static int cancel(MutableDirectBuffer buffer, long fetch) {
        put(buffer, TYPE_CANCEL, fetch);
        return SHORTEST;
    }

    /** Writes what comes before the bytes, behind the header of the frame. */
    static void data(MutableDirectBuffer head, long fetch, long position, long sum) {
        int start = FrameDescriptor.HEADER_LENGTH;
        head.putLong(start, TYPE_DATA, LITTLE_ENDIAN);
        head.putLong(start + FETCH_OFFSET, fetch, LITTLE_ENDIAN);
        head.putLong(start + POSITION_OFFSET, position, LITTLE_ENDIAN);
        head.putLong(start + SUM_OFFSET, sum, LITTLE_ENDIAN);
    }

    private static void put(MutableDirectBuffer buffer, long... fields) {
        for (int i = 0; i < fields.length; i++) {
            buffer.putLong(i * Long.BYTES, fields[i], LITTLE_ENDIAN);
        }
    }
}
