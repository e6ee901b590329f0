package io.tharsis.engine.npy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** In-place repairs of elements just read. */
final class ElementBytes {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private ElementBytes() {}

    static boolean mustSwap(NpyHeader header) {
        boolean nativeBig = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
        return header.dtype().byteSize() > 1 && header.bigEndian() != nativeBig;
    }

    /** Reverses the bytes of each element of 2, 4 or 8 bytes. */
    static void swap(MemorySegment bytes, int elementByteSize) {
        long end = bytes.byteSize();
        switch (elementByteSize) {
            case 2 -> {
                for (long at = 0; at < end; at += 2) {
                    bytes.set(SHORT, at, Short.reverseBytes(bytes.get(SHORT, at)));
                }
            }
            case 4 -> {
                for (long at = 0; at < end; at += 4) {
                    bytes.set(INT, at, Integer.reverseBytes(bytes.get(INT, at)));
                }
            }
            case 8 -> {
                for (long at = 0; at < end; at += 8) {
                    bytes.set(LONG, at, Long.reverseBytes(bytes.get(LONG, at)));
                }
            }
            default ->
                    throw new IllegalArgumentException(
                            "no element has " + elementByteSize + " bytes to swap");
        }
    }

    /** Makes every byte other than 0 a 1. */
    static void normaliseBooleans(MemorySegment bytes) {
        long wholeWords = bytes.byteSize() & -8;
        for (long at = 0; at < wholeWords; at += 8) {
            if ((bytes.get(LONG, at) & 0xFEFE_FEFE_FEFE_FEFEL) != 0) {
                normaliseEach(bytes, at, at + 8);
            }
        }
        normaliseEach(bytes, wholeWords, bytes.byteSize());
    }

    private static void normaliseEach(MemorySegment bytes, long from, long to) {
        for (long at = from; at < to; at++) {
            bytes.set(
                    ValueLayout.JAVA_BYTE,
                    at,
                    (byte) (bytes.get(ValueLayout.JAVA_BYTE, at) == 0 ? 0 : 1));
        }
    }
}
