package io.tharsis.actors.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8 (RFC 3629): nothing is replaced, what has no bytes or is not text is refused. */
final class Utf8 {
    private Utf8() {}

    /** Puts the chars of {@code text} up to the first that is not ASCII; answers how many. */
    static int putAscii(String text, byte[] bytes, int at) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return i;
            }
            bytes[at + i] = (byte) c;
        }
        return length;
    }

    /** Puts the {@link #byteSize} bytes of {@code text} from the char at {@code from} on. */
    static void put(String text, int from, byte[] bytes, int start) {
        int at = start;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes[at++] = (byte) c;
            } else if (c < 0x800) {
                bytes[at++] = (byte) (0xC0 | c >> 6);
                bytes[at++] = (byte) (0x80 | c & 0x3F);
            } else if (!Character.isSurrogate(c)) {
                bytes[at++] = (byte) (0xE0 | c >> 12);
                bytes[at++] = (byte) (0x80 | c >> 6 & 0x3F);
                bytes[at++] = (byte) (0x80 | c & 0x3F);
            } else {
                int point = Character.toCodePoint(c, text.charAt(++i));
                bytes[at++] = (byte) (0xF0 | point >> 18);
                bytes[at++] = (byte) (0x80 | point >> 12 & 0x3F);
                bytes[at++] = (byte) (0x80 | point >> 6 & 0x3F);
                bytes[at++] = (byte) (0x80 | point & 0x3F);
            }
        }
    }

    /**
     * How many bytes {@code text} has from the char at {@code from} on.
     *
     * @throws EncodeException if it has half of a surrogate pair there
     */
    static long byteSize(String text, int from) {
        long size = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                size++;
            } else if (c < 0x800) {
                size += 2;
            } else if (!Character.isSurrogate(c)) {
                size += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                size += 4;
                i++;
            } else {
                throw new EncodeException(
                        "a string has half of a surrogate pair, \\u%04x, at index %d"
                                .formatted((int) c, i),
                        null);
            }
        }
        return size;
    }

    /** The text of those bytes. */
    static String text(byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        // The JDK's fast way puts U+FFFD for what is malformed; a text with one is looked at again.
        if (text.indexOf('\uFFFD') >= 0) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
            } catch (CharacterCodingException e) {
                throw new DecodeException("a string is not UTF-8: " + e.getMessage(), e);
            }
        }
        return text;
    }
}
