package io.tharsis.actors.codec;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.lang.foreign.MemorySegment;

/**
 * A cursor over bytes that an {@link Encoder} has put. Every get checks first that the bytes are
 * there, and takes no memory for what they only claim; it throws {@link DecodeException}.
 *
 * <p><b>Threads: one at a time.</b>
 */
public final class Decoder {
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[0]);

    private int at;
    private int end;
    private int depth;

    /** How many more elements can be: each of them has a first byte of its own. */
    private int unclaimed;

    /** Over no bytes. */
    public Decoder() {}

    /**
     * Reads from there, and no longer from what it read before. The bytes must stay as they are
     * until it has read them.
     */
    public void wrap(DirectBuffer source, int offset, int length) {
        source.boundsCheck(offset, length);
        buffer.wrap(source, offset, length);
        at = 0;
        end = length;
        depth = 0;
        unclaimed = length;
    }

    /** How many bytes have not been read. */
    public int remaining() {
        return end - at;
    }

    /** One byte. */
    public byte getByte() {
        return buffer.getByte(take(1));
    }

    /** One byte, which has to be 0 or 1. */
    public boolean getBoolean() {
        byte value = getByte();
        if (value >>> 1 != 0) {
            throw new DecodeException(
                    "neither 0 nor 1 but " + value + " at byte " + (at - 1) + " of " + end);
        }
        return value != 0;
    }

    /** Two bytes. */
    public short getShort() {
        return buffer.getShort(take(2), LITTLE_ENDIAN);
    }

    /** Two bytes. */
    public char getChar() {
        return (char) getShort();
    }

    /** Four bytes. */
    public int getInt() {
        return buffer.getInt(take(4), LITTLE_ENDIAN);
    }

    /** Eight bytes. */
    public long getLong() {
        return buffer.getLong(take(8), LITTLE_ENDIAN);
    }

    /** Four bytes; a NaN keeps its bits. */
    public float getFloat() {
        return Float.intBitsToFloat(getInt());
    }

    /** Eight bytes; a NaN keeps its bits. */
    public double getDouble() {
        return Double.longBitsToDouble(getLong());
    }

    /** What {@link Encoder#putString} has put: text, strictly, or null. */
    public String getString() {
        int length = getInt();
        if (length == -1) {
            return null;
        }
        int start = take(length);
        byte[] array = buffer.byteArray();
        if (array != null) {
            return Utf8.text(array, buffer.wrapAdjustment() + start, length);
        }
        byte[] copy = new byte[length];
        buffer.getBytes(start, copy);
        return Utf8.text(copy, 0, length);
    }

    /** How many elements follow, each of at least one byte; there are that many bytes. */
    int count() {
        int count = getInt();
        if (count < 0 || count > remaining() || count > unclaimed) {
            throw new DecodeException(
                    "a count of " + count + " at byte " + (at - 4) + " of " + end + " cannot be");
        }
        unclaimed -= count;
        return count;
    }

    /** The next {@code size} bytes, valid as long as the source's. */
    MemorySegment segment(long size) {
        int start = take(size);
        int length = (int) size;
        if (buffer.byteArray() != null) {
            return MemorySegment.ofArray(buffer.byteArray())
                    .asSlice(buffer.wrapAdjustment() + start, length);
        }
        if (buffer.byteBuffer() != null) {
            return MemorySegment.ofBuffer(buffer.byteBuffer().duplicate().clear())
                    .asSlice(buffer.wrapAdjustment() + start, length);
        }
        // Bare memory by its address: no segment can be had of it without a restricted method.
        byte[] copy = new byte[length];
        buffer.getBytes(start, copy);
        return MemorySegment.ofArray(copy);
    }

    /** Goes into a value that holds others. */
    void enter() {
        if (++depth > MessageCodecs.MAX_DEPTH) {
            throw new DecodeException("nested more than " + MessageCodecs.MAX_DEPTH + " deep");
        }
    }

    /** Comes out of it. */
    void leave() {
        depth--;
    }

    private int take(long size) {
        int start = at;
        if (size < 0 || size > end - start) {
            throw new DecodeException(
                    size + " bytes are wanted at byte " + start + " of " + end + ", the last");
        }
        at = (int) (start + size);
        return start;
    }
}
