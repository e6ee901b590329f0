package io.tharsis.transport.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteOrder;
import java.util.Random;

/**
 * A frame of tests: whose it is, its number in its stream, and bytes that follow from both, so that
 * one that arrives damaged, cut or mixed with another is known.
 */
public record Numbered(int stream, int number, int length) {
    /** The shortest: two numbers and a length. */
    public static final int SHORTEST = 12;

    /** The bytes of this frame, somewhere inside a larger buffer, at {@code offset}. */
    public UnsafeBuffer bytes(int offset) {
        var buffer = new UnsafeBuffer(new byte[offset + length + 9]);
        int end = offset + length;
        int at = offset + SHORTEST;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            buffer.putLong(at, filler(at - offset), ByteOrder.LITTLE_ENDIAN);
        }
        for (; at < end; at++) {
            buffer.putByte(at, (byte) filler(at - offset));
        }
        buffer.putInt(offset, stream, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(offset + 4, number, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(offset + 8, length, ByteOrder.LITTLE_ENDIAN);
        return buffer;
    }

    /**
     * Offers this frame in two parts, cut at a place and standing at offsets drawn from {@code
     * random}, and wipes both buffers at once.
     */
    public Outflow.Offer offerTo(Outflow outflow, Random random) {
        int offset = random.nextInt(9);
        int cut = random.nextInt(length + 1);
        UnsafeBuffer header = bytes(offset);
        var body = new UnsafeBuffer(header.byteArray().clone(), offset, length);
        Outflow.Offer offer = outflow.offer(header, offset, cut, body, cut, length - cut);
        header.setMemory(0, header.capacity(), (byte) 0x55);
        body.setMemory(0, body.capacity(), (byte) 0x55);
        return offer;
    }

    /**
     * Reads one back.
     *
     * @throws AssertionError if a byte is not as it was sent
     */
    public static Numbered read(DirectBuffer buffer, int offset, int length) {
        assertTrue(length >= SHORTEST, () -> "a frame of " + length + " bytes");
        var frame =
                new Numbered(
                        buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN),
                        buffer.getInt(offset + 4, ByteOrder.LITTLE_ENDIAN),
                        buffer.getInt(offset + 8, ByteOrder.LITTLE_ENDIAN));
        assertEquals(frame.length, length, () -> "length of " + frame);
        int at = SHORTEST;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            frame.check(at, buffer.getLong(offset + at, ByteOrder.LITTLE_ENDIAN), -1);
        }
        for (; at < length; at++) {
            frame.check(at, buffer.getByte(offset + at), 0xFF);
        }
        return frame;
    }

    private void check(int index, long value, long mask) {
        if (((value ^ filler(index)) & mask) != 0) {
            throw new AssertionError(this + " is not as it was sent, at byte " + index);
        }
    }

    private long filler(int index) {
        return ((stream * 31L + number) * 131 + index) * 0x9E3779B97F4A7C15L;
    }
}
