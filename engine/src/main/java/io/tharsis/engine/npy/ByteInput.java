package io.tharsis.engine.npy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Bytes at positions, from whatever holds them. Thread-safe. */
interface ByteInput {
    /** As {@link FileChannel#read(ByteBuffer, long)}: some bytes, or -1 at the end. */
    int read(ByteBuffer target, long position) throws IOException;

    long size() throws IOException;

    static ByteInput of(FileChannel channel) {
        return new ByteInput() {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                return channel.read(target, position);
            }

            @Override
            public long size() throws IOException {
                return channel.size();
            }
        };
    }

    /** Fills {@code target} from {@code position} on. */
    default void readFully(ByteBuffer target, long position) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int count = read(target, at);
            if (count < 0) {
                throw new EOFException(
                        "end of file at byte "
                                + at
                                + ", with "
                                + target.remaining()
                                + " bytes still to come");
            }
            at += count;
        }
    }

    /** A new array of {@code count} bytes from {@code position} on. */
    default byte[] readFully(long position, int count) throws IOException {
        byte[] bytes = new byte[count];
        readFully(ByteBuffer.wrap(bytes), position);
        return bytes;
    }
}
