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
        byte[] bytes = new byte[offset + length + 9];
        var buffer = new UnsafeBuffer(bytes);
        for (int i = SHORTEST; i < length; i++) {
            bytes[offset + i] = filler(i);
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
        UnsafeBuffer body = bytes(0);
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
        for (int i = SHORTEST; i < length; i++) {
            int at = i;
            assertEquals(
                    frame.filler(i),
                    buffer.getByte(offset + i),
                    () -> "byte " + at + " of " + frame);
        }
        return frame;
    }

    private byte filler(int index) {
        return (byte) ((stream * 31 + number) * 0x9E3779B9 + index * 131 >>> 7);
    }
}
