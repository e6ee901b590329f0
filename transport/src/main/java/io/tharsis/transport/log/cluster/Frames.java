package io.tharsis.transport.log.cluster;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What travels inside Aeron Cluster's own messages, little-endian.
 *
 * <pre>
 *   command:  0 sequence (8)   8 the command
 *   answer:   0 sequence (8)   8 status (4)   12 the answer, or what went wrong as UTF-8
 *   snapshot: 0 kind (4)       4 HEAD: version (4); CHUNK: the chunk; END: number of chunks (8)
 * </pre>
 *
 * The sequence numbers the commands of one client; it comes back with the answer.
 */
final class Frames {
    static final int COMMAND_HEADER = 8;
    static final int ANSWER_HEADER = 12;
    static final int CHUNK_HEADER = 4;

    static final int ANSWERED = 0;
    static final int FAILED = 1;

    static final int HEAD = 1;
    static final int CHUNK = 2;
    static final int END = 3;

    static final int SNAPSHOT_VERSION = 1;

    private static final int STATUS = 8;

    private Frames() {}

    static long sequence(DirectBuffer frame, int offset) {
        return frame.getLong(offset, LITTLE_ENDIAN);
    }

    static int status(DirectBuffer answer, int offset) {
        return answer.getInt(offset + STATUS, LITTLE_ENDIAN);
    }

    static void commandHeader(MutableDirectBuffer into, int offset, long sequence) {
        into.putLong(offset, sequence, LITTLE_ENDIAN);
    }

    static void answerHeader(MutableDirectBuffer into, long sequence, int status) {
        into.putLong(0, sequence, LITTLE_ENDIAN);
        into.putInt(STATUS, status, LITTLE_ENDIAN);
    }
}
