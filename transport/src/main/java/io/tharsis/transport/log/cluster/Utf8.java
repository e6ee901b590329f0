package io.tharsis.transport.log.cluster;

import org.agrona.MutableDirectBuffer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/** Text cut to a number of bytes, at a character's end. */
final class Utf8 {
    private Utf8() {}

    /** Puts as much of {@code text} as fits into {@code limit} bytes; answers how many it were. */
    static int put(MutableDirectBuffer into, int offset, String text, int limit) {
        ByteBuffer bytes = ByteBuffer.allocate(limit);
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), bytes, true);
        bytes.flip();
        int length = bytes.remaining();
        into.putBytes(offset, bytes, length);
        return length;
    }
}
