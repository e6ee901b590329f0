package io.tharsis.actors.codec;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A growing buffer on the heap that bytes are put into, one after the other, little-endian. It is
 * reused from message to message; memory above 1 MiB is let go at the next {@link #clear}.
 *
 * <p>Any put beyond the limit throws {@link MessageTooLargeException}, before memory is taken.
 *
 * <p><b>Threads: one at a time.</b>
 */
public final class Encoder {
    private static final int FIRST_CAPACITY = 512;
    private static final int KEPT_CAPACITY = 1 << 20;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[0]);
    private final int limit;

    private byte[] bytes = new byte[0];
    private int length;
    private int depth;

    /** The class of the message that is being encoded, for errors. */
    private Class<?> subject;

    /**
     * An empty one.
     *
     * @param limit the most bytes that it takes, up to {@link MessageCodecs#MAX_BYTES}
     */
    public Encoder(int limit) {
        if (limit < 1 || limit > MessageCodecs.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a limit of " + limit + " bytes; 1 to " + MessageCodecs.MAX_BYTES + " can be");
        }
        this.limit = limit;
    }

    /** Forgets what was put. */
    public void clear() {
        length = 0;
        if (bytes.length > KEPT_CAPACITY) {
            become(new byte[FIRST_CAPACITY]);
        }
    }

    /**
     * What was put, from 0 to {@link #length}; the same object always, valid until the next put.
     */
    public DirectBuffer buffer() {
        return buffer;
    }

    /** How many bytes were put. */
    public int length() {
        return length;
    }

    /** One byte. */
    public void putByte(byte value) {
        buffer.putByte(room(1), value);
    }

    /** One byte, 0 or 1. */
    public void putBoolean(boolean value) {
        putByte((byte) (value ? 1 : 0));
    }

    /** Two bytes. */
    public void putShort(short value) {
        buffer.putShort(room(2), value, LITTLE_ENDIAN);
    }

    /** Two bytes. */
    public void putChar(char value) {
        putShort((short) value);
    }

    /** Four bytes. */
    public void putInt(int value) {
        buffer.putInt(room(4), value, LITTLE_ENDIAN);
    }

    /** Eight bytes. */
    public void putLong(long value) {
        buffer.putLong(room(8), value, LITTLE_ENDIAN);
    }

    /** Four bytes; a NaN keeps its bits. */
    public void putFloat(float value) {
        putInt(Float.floatToRawIntBits(value));
    }

    /** Eight bytes; a NaN keeps its bits. */
    public void putDouble(double value) {
        putLong(Double.doubleToRawLongBits(value));
    }

    /**
     * Puts the length and the bytes of {@code text} in UTF-8, or -1 if it is null.
     *
     * @throws EncodeException if it has half of a surrogate pair, which no UTF-8 stands for
     */
    public void putString(String text) {
        if (text == null) {
            putInt(-1);
            return;
        }
        int chars = text.length();
        int start = room(4L + chars);
        int ascii = Utf8.putAscii(text, bytes, start + 4);
        if (ascii < chars) {
            length = start;
            room(4L + ascii + Utf8.byteSize(text, ascii));
            Utf8.put(text, ascii, bytes, start + 4 + ascii);
        }
        buffer.putInt(start, length - start - 4, LITTLE_ENDIAN);
    }

    /** Takes room for {@code size} bytes and answers where it starts in {@link #bytes}. */
    int room(long size) {
        int at = length;
        long end = at + size;
        if (end > bytes.length) {
            grow(end);
        }
        length = (int) end;
        return at;
    }

    /** What is put into by hand, behind {@link #room}. */
    byte[] bytes() {
        return bytes;
    }

    /** As {@link #bytes}. */
    MemorySegment segment() {
        return MemorySegment.ofArray(bytes);
    }

    /** Starts a message and answers where. */
    int begin(Class<?> type) {
        subject = type;
        depth = 0;
        return length;
    }

    /** Ends it: what was put stays up to {@code position}. */
    void end(int position) {
        length = position;
        subject = null;
    }

    /** Goes into a value that holds others. */
    void enter() {
        if (++depth > MessageCodecs.MAX_DEPTH) {
            throw new EncodeException(
                    (subject == null ? "a message" : subject.getName())
                            + " is nested more than "
                            + MessageCodecs.MAX_DEPTH
                            + " deep, or holds itself",
                    null);
        }
    }

    /** Comes out of it. */
    void leave() {
        depth--;
    }

    private void grow(long end) {
        if (end > limit) {
            throw new MessageTooLargeException(subject, end, limit);
        }
        long twice = Math.max(FIRST_CAPACITY, 2L * bytes.length);
        become(Arrays.copyOf(bytes, (int) Math.min(limit, Math.max(end, twice))));
    }

    private void become(byte[] other) {
        bytes = other;
        buffer.wrap(bytes);
    }
}
